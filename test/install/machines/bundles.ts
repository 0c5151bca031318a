/** Real bundles for the machines: this release, the next one, and a next one whose agent does not come up. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../../scripts/bundle.ts';
import { signFolder, signingKey } from '../../../scripts/package/sign.ts';

/** What a release leaves behind. */
export interface Release {
  bundle: string;
  deb: string;
  rpm: string;
  script: string;
  version: string;
}

const dir = join(root, '.state/install-test');

/** Packages this tree into folder `to`, for `x64` or for `all`. */
export function pack(to: string, arch: 'x64' | 'all', ...more: string[]): void {
  const script = join(root, 'scripts/package.ts');
  execFileSync(process.execPath, [script, '--quick', '--arch', arch, '--out', to, ...more], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** Packages this tree as `version`. */
export function release(version: string): Release {
  const out = join(dir, version);
  pack(out, 'x64', '--version', version);
  return {
    bundle: join(out, 'release', `suanlink-${version}-linux-x64.tar.gz`),
    deb: join(out, 'release', `suanlink_${version}_amd64.deb`),
    rpm: join(out, 'release', `suanlink-${version}-1.x86_64.rpm`),
    script: join(out, 'release/install.sh'),
    version,
  };
}

/** A well-signed bundle as `version` that says the right things, and whose agent ends at once. */
export async function brokenRelease(from: Release, version: string): Promise<Release> {
  const work = mkdtempSync(join(tmpdir(), 'suanlink-broken-'));
  const name = `suanlink-${version}-linux-x64`;
  const folder = join(work, name);
  mkdirSync(folder);
  execFileSync('tar', ['-xzf', from.bundle, '-C', folder, '--strip-components=1']);
  const say = `#!/bin/sh\ncase $1 in version) echo 'suanlink ${version}' ;; config) ;; *) echo broken >&2; exit 1 ;; esac\n`;
  writeFileSync(join(folder, 'bin/suanlink'), say, { mode: 0o755 });
  writeFileSync(join(folder, 'RELEASE'), `version=${version}\narch=x64\ncommit=\n`);
  for (const old of ['SHA256SUMS', 'SHA256SUMS.sig'])
    if (existsSync(join(folder, old))) rmSync(join(folder, old));
  await signFolder(folder, signingKey());
  const bundle = join(dir, `${name}.tar.gz`);
  execFileSync('tar', ['-C', work, '-czf', bundle, name]);
  rmSync(work, { recursive: true });
  return { ...from, bundle, version };
}
