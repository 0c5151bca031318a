/** The executable: what the program file must bear. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../../scripts/bundle.ts';
import { pack } from './bundles.ts';

const out = join(root, '.state/install-test/executables');
const scratch = mkdtempSync(join(tmpdir(), 'suanlink-executable-'));
const x64 = join(out, 'suanlink-linux-x64');

const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

beforeAll(() => {
  pack(out, 'x64');
}, 600_000);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('the executable', () => {
  it('is small enough, and the same bytes every time', () => {
    expect(statSync(x64).size).toBeLessThanOrEqual(125e6);
    const again = join(scratch, 'again');
    pack(again, 'x64');
    expect(sha256(join(again, 'suanlink-linux-x64'))).toBe(sha256(x64));
    const bundle = (dir: string): string =>
      join(
        dir,
        'release',
        `suanlink-${execFileSync(x64, ['version'], { encoding: 'utf8' }).trim().split(' ')[1]}-linux-x64.tar.gz`,
      );
    expect(sha256(bundle(again))).toBe(sha256(bundle(out)));
  }, 300_000);

  it('says its version within 150 ms, the fastest of ten', () => {
    const times = Array.from({ length: 10 }, () => {
      const started = performance.now();
      execFileSync(x64, ['version']);
      return performance.now() - started;
    });
    expect(Math.min(...times)).toBeLessThan(150);
  });

  it('takes no orders from NODE_OPTIONS', () => {
    const evil = join(scratch, 'evil.cjs');
    const mark = join(scratch, 'mark');
    writeFileSync(evil, `require('node:fs').writeFileSync(${JSON.stringify(mark)}, '')`);
    execFileSync(x64, ['version'], { env: { NODE_OPTIONS: `--require ${evil}` } });
    expect(existsSync(mark)).toBe(false);
  });

  it('needs no home that can be written and no /tmp that can be executed', () => {
    const home = join(scratch, 'home');
    mkdirSync(home, { mode: 0o555 });
    const small = join(scratch, 'suanlink');
    copyFileSync(x64, small);
    chmodSync(small, 0o755);
    const inside = `mount -t tmpfs -o noexec,size=16m none /tmp && exec setpriv --reuid 65534 --clear-groups "$0" "$@"`;
    chmodSync(scratch, 0o755);
    const place = '/var/tmp/suanlink-test-executable';
    copyFileSync(x64, place);
    const ran = spawnSync('unshare', ['-m', 'sh', '-c', inside, place, 'probe', '--output', 'json'], {
      encoding: 'utf8',
      env: { HOME: home, PATH: process.env.PATH },
    });
    rmSync(place);
    expect(ran.stderr).toBe('');
    expect(JSON.parse(ran.stdout)).toHaveProperty('schema');
  });

  it('runs a scheduler, whose disk thread is inside it too', async () => {
    const child = spawn(x64, ['scheduler', '--listen', '127.0.0.1:0', '--state-dir', join(scratch, 'state')]);
    let said = '';
    child.stderr.on('data', (piece: Buffer) => (said += piece.toString()));
    await expect.poll(() => said, { timeout: 15_000 }).toContain('scheduler_listening');
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });
});
