/**
 * install.sh into a tree of its own (`--root`), with small bundles: what it refuses and with which exit code, that a
 * second run changes nothing, that it ends right wherever it was cut off before, and that it leaves nothing behind.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { contents, newKey, run, runUntil, script, smallBundle } from './small-bundle.ts';

const scratch = mkdtempSync(join(tmpdir(), 'suanlink-install-'));
const key = newKey();
const install = await script(scratch, key);
const good = await smallBundle(scratch, '1.0.0', key);
const newer = await smallBundle(scratch, '1.1.0', key);
/** What is refused, and with which exit code. */
const refused: [string, number, string][] = [
  [
    'a bundle for another processor',
    3,
    await smallBundle(join(scratch, ''), '2.0.0', key, { arch: 'riscv64' }),
  ],
  ['a signature by somebody else', 4, await smallBundle(scratch, '2.0.1', newKey())],
  [
    'a file that was changed',
    9,
    await smallBundle(scratch, '2.0.2', key, {
      spoil: (dir) => appendFileSync(join(dir, 'bin/suanlink'), '#'),
    }),
  ],
  [
    'a list that was changed',
    4,
    await smallBundle(scratch, '2.0.3', key, {
      spoil: (dir) => appendFileSync(join(dir, 'SHA256SUMS'), '\n'),
    }),
  ],
  [
    'a file that the list does not name',
    9,
    await smallBundle(scratch, '2.0.4', key, { spoil: (dir) => writeFileSync(join(dir, 'more'), '') }),
  ],
  ['a program that is another version', 9, await smallBundle(scratch, '2.0.5', key, { says: 'suanlink 3' })],
];
/** The same by way of certificates. */
const forged: [string, string][] = [
  ['by somebody else', await smallBundle(scratch, '3.0.1', newKey())],
  [
    'over another list',
    await smallBundle(scratch, '3.0.2', key, {
      spoil: (dir) => appendFileSync(join(dir, 'SHA256SUMS'), '\n'),
    }),
  ],
];
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(scratch, 'root-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const into = (...args: string[]): string[] => ['--root', root, '--lang', 'en', ...args];
const versionIn = (tree: string): string =>
  execFileSync('readlink', [join(tree, 'usr/local/bin/suanlink')], { encoding: 'utf8' }).trim();

describe('install.sh', () => {
  it('is clean to shellcheck, as the other shell scripts that are shipped', () => {
    const files = ['packaging/install.sh', 'packaging/suanlink-agent.sysv', 'scripts/wrapper.sh'];
    const { status, stdout, error } = spawnSync('shellcheck', ['-e', 'SC1091', ...files], {
      encoding: 'utf8',
    });
    expect(error).toBeUndefined();
    expect(stdout).toBe('');
    expect(status).toBe(0);
  });

  it('does nothing when it was cut off in the middle of a download', async () => {
    const text = readFileSync(install, 'utf8');
    for (const part of [0.3, 0.6, 0.9, 0.999]) {
      const cut = join(scratch, 'cut.sh');
      writeFileSync(cut, text.slice(0, Math.floor(text.length * part)));
      await run(cut, into('--bundle', good));
    }
    expect(contents(root).size).toBe(0);
  });

  it('installs, and a second run changes nothing', async () => {
    expect(await run(install, into('--bundle', good))).toMatchObject({ code: 0 });
    expect(versionIn(root)).toBe('/opt/suanlink/1.0.0/bin/suanlink');
    expect(readFileSync(join(root, 'etc/systemd/system/suanlink-agent.service'), 'utf8')).toContain(
      'ExecStart=/usr/local/bin/suanlink agent',
    );
    const before = contents(root);
    const again = await run(install, into('--bundle', good));
    expect(again).toMatchObject({ code: 0, said: expect.stringContaining('nothing was changed') as string });
    const after = contents(root);
    for (const tree of [before, after]) tree.delete('var/log/suanlink-install.log');
    expect(after).toEqual(before);
  });

  it('keeps configuration, drop-ins and the version before at an upgrade, and rolls back to it', async () => {
    await run(install, into('--bundle', good));
    writeFileSync(join(root, 'etc/suanlink/agent.yaml'), 'name: mine\n');
    const dropIn = join(root, 'etc/systemd/system/suanlink-agent.service.d/mine.conf');
    mkdirSync(dirname(dropIn));
    writeFileSync(dropIn, '[Service]\nNice=5\n');
    expect(await run(install, into('--bundle', newer))).toMatchObject({ code: 0 });
    expect(versionIn(root)).toBe('/opt/suanlink/1.1.0/bin/suanlink');
    expect(readFileSync(join(root, 'etc/suanlink/agent.yaml'), 'utf8')).toBe('name: mine\n');
    expect(readFileSync(dropIn, 'utf8')).toContain('Nice=5');
    expect(await run(install, into('--rollback'))).toMatchObject({ code: 0 });
    expect(versionIn(root)).toBe('/opt/suanlink/1.0.0/bin/suanlink');
    expect(readFileSync(join(root, 'etc/systemd/system/suanlink-agent.service'), 'utf8')).toContain(
      '# 1.0.0',
    );
  });

  it('keeps what was set when it removes, and leaves nothing with --purge', async () => {
    mkdirSync(join(root, 'etc'));
    mkdirSync(join(root, 'usr/local/bin'), { recursive: true });
    mkdirSync(join(root, 'var/lib'), { recursive: true });
    const before = contents(root);
    await run(install, into('--bundle', good, '--role', 'both'));
    await run(install, into('--bundle', newer, '--role', 'both'));
    expect(await run(install, into('--uninstall'))).toMatchObject({ code: 0 });
    expect(existsSync(join(root, 'etc/suanlink/agent.yaml'))).toBe(true);
    expect(existsSync(join(root, 'opt'))).toBe(false);
    expect(await run(install, into('--uninstall', '--purge'))).toMatchObject({ code: 0 });
    expect(contents(root)).toEqual(before);
  });

  it('ends right after it was killed at 20 random moments', async () => {
    await run(install, into('--bundle', newer));
    const wanted = contents(root);
    wanted.delete('var/log/suanlink-install.log');
    const other = mkdtempSync(join(scratch, 'root-'));
    const { steps } = await runUntil(install, ['--root', other, '--bundle', newer], Infinity);
    expect(steps).toBeGreaterThan(200);
    let cut = 0;
    for (let n = 0; n < 20; n += 1) {
      root = mkdtempSync(join(scratch, 'root-'));
      const at = Math.ceil(Math.random() * steps);
      const { code } = await runUntil(install, into('--bundle', newer), at);
      if (code === null) cut += 1;
      const again = await run(install, into('--bundle', newer));
      expect({ at, ...again }).toMatchObject({ code: 0 });
      const found = contents(root);
      found.delete('var/log/suanlink-install.log');
      expect(new Set(found.keys())).toEqual(new Set(wanted.keys()));
      found.set('var/lib/suanlink/install.manifest', '');
      const same = new Map([...wanted]).set('var/lib/suanlink/install.manifest', '');
      expect(found).toEqual(same);
      expect(await run(install, into('--uninstall', '--purge'))).toMatchObject({ code: 0 });
      expect([...contents(root).keys()].filter((path) => path.includes('suanlink'))).toEqual([]);
    }
    expect(cut).toBeGreaterThan(10);
  }, 120_000);
});

describe('install.sh refuses and leaves nothing half-installed:', () => {
  const installed = (): string[] =>
    [...contents(root).keys()].filter((path) =>
      /opt\/suanlink\/.|bin\/suanlink|systemd|agent\.yaml/.test(path),
    );

  it.each([
    ['wrong usage', 2, ['--bundle']],
    ['an unknown option', 2, ['--colour']],
    ['nothing to install from', 2, []],
    ['a bundle that is not there', 2, ['--bundle', '/nonexistent.tar.gz']],
  ])('%s: %i', async (_, code, args) => {
    expect(await run(install, into(...args))).toMatchObject({ code });
    expect(installed()).toEqual([]);
  });

  it.each(refused)('%s: %i', async (_, code, bundle) => {
    const { code: got, said } = await run(install, into('--bundle', bundle));
    expect({ got, said }).toMatchObject({ got: code });
    expect(said).toContain('error: ');
    expect(installed()).toEqual([]);
  });

  it('half a bundle: 9', async () => {
    const half = join(scratch, 'half.tar.gz');
    const whole = readFileSync(good);
    writeFileSync(half, whole.subarray(0, Math.floor(whole.length / 2)));
    expect(await run(install, into('--bundle', half))).toMatchObject({ code: 9 });
    expect(installed()).toEqual([]);
  });

  it('a disk that is full: 7', async () => {
    mkdirSync(join(root, 'opt'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'suanlink-test', join(root, 'opt')]);
    try {
      expect(await run(install, into('--bundle', good))).toMatchObject({ code: 7 });
      expect(installed()).toEqual([]);
    } finally {
      execFileSync('umount', [join(root, 'opt')]);
    }
  });

  it('no network: 8', async () => {
    const { code, said } = await run(install, into('--base-url', 'http://127.0.0.1:9', '--version', '1.0.0'));
    expect(code).toBe(8);
    expect(said).toContain('cannot download http://127.0.0.1:9/suanlink-1.0.0');
    expect(installed()).toEqual([]);
  });

  it('another run at the same time: 10', async () => {
    mkdirSync(join(root, 'var/lib'), { recursive: true });
    const holder = spawn('sh', ['-c', 'sleep 20; :', 'install.sh']);
    try {
      writeFileSync(join(root, 'var/lib/suanlink-install.lock'), `${holder.pid}\n`);
      expect(await run(install, into('--bundle', good))).toMatchObject({ code: 10 });
      expect(installed()).toEqual([]);
    } finally {
      holder.kill();
    }
  });
});

describe('install.sh with the openssl of Debian 11', () => {
  const bin = join(scratch, 'old');
  mkdirSync(bin, { recursive: true });
  // It knows everything that 1.1.1 knows, and of pkeyutl nothing about raw input.
  writeFileSync(
    join(bin, 'openssl'),
    '#!/bin/sh\n[ "$1" != pkeyutl ] || { echo usage; exit 1; }\nexec /usr/bin/openssl "$@"\n',
    { mode: 0o755 },
  );
  const env = { PATH: `${bin}:${process.env.PATH}` };

  it('takes what is signed', async () => {
    expect(await run(install, into('--bundle', good), env)).toMatchObject({ code: 0 });
  });

  it.each(forged)('refuses what is signed %s: 4', async (_, bundle) => {
    expect(await run(install, into('--bundle', bundle), env)).toMatchObject({ code: 4 });
  });
});

describe('install.sh', () => {
  it('downloads from any mirror what LATEST names', async () => {
    await smallBundle(scratch, '1.0.0', key);
    const server = createServer((request, response) => {
      const name = basename(request.url ?? '');
      if (name === 'LATEST') return void response.end('1.0.0\n');
      const path = join(scratch, name.replace(/\.xz$/, '.gz'));
      if (!existsSync(path)) return void response.writeHead(404).end();
      // The bundle is gzip whatever it is called; tar looks at what it is.
      return void response.end(readFileSync(path));
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      const { code, said } = await run(install, into('--base-url', `http://127.0.0.1:${port}/mirror/`));
      expect({ code, said }).toMatchObject({ code: 0 });
      expect(versionIn(root)).toBe('/opt/suanlink/1.0.0/bin/suanlink');
    } finally {
      server.close();
    }
  });

  it('changes nothing with --dry-run, and says in Chinese what it would do', async () => {
    const { code, said } = await run(install, [
      '--root',
      root,
      '--lang',
      'zh',
      '--dry-run',
      '--bundle',
      good,
    ]);
    expect(code).toBe(0);
    expect(said).toContain('将从');
    expect(contents(root).size).toBe(0);
  });

  it('documents every exit code that it uses', () => {
    const text = readFileSync(install, 'utf8');
    const head = text.slice(0, text.indexOf('\nset -eu'));
    const used = new Set([...text.matchAll(/die (\d+) /g)].map((found) => found[1]));
    expect(used.size).toBeGreaterThan(8);
    for (const code of used) expect(head).toMatch(new RegExp(`(^|\\s)${code}  \\S`, 'm'));
  });
});
