/** What this build is. The bundler writes version and commit in; run from source they say so. */
import { isSea } from 'node:sea';
import { capability, oldestSupported } from '../proto/capability.ts';

/** The version of this build. */
export function version(): string {
  return process.env.SUANLINK_VERSION ?? '0.0.0-source';
}

/** What `suanlink version --json` prints. Fields may be added, never changed. */
export function versionDocument(): object {
  return {
    schema: 'suanlink.version/v1',
    name: 'suanlink',
    version: version(),
    commit: process.env.SUANLINK_COMMIT ?? '',
    node: process.versions.node,
    openssl: process.versions.openssl,
    packaging: isSea() ? 'executable' : 'node',
    platform: process.platform,
    arch: process.arch,
    protocol: { min: oldestSupported, max: capability },
  };
}
