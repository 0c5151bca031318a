/** The executables: what the program file must bear, on this processor and, by emulation, on arm64. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../../scripts/bundle.ts';
import { startEngine } from '../../../scripts/engines.ts';
import { startAgent, startScheduler, until } from '../../e2e/harness.ts';

const out = join(root, '.state/install-test/executables');
const scratch = mkdtempSync(join(tmpdir(), 'suanlink-executable-'));
const x64 = join(out, 'suanlink-linux-x64');
const arm64 = join(out, 'suanlink-linux-arm64');
const emulated = ['qemu-aarch64-static', '-L', '/usr/aarch64-linux-gnu'];

function pack(to: string, arch: string): void {
  execFileSync(process.execPath, [join(root, 'scripts/package.ts'), '--quick', '--arch', arch, '--out', to], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

/** The arm64 executable as a program of this machine. */
const runner = join(scratch, 'run-arm64');

beforeAll(() => {
  pack(out, 'all');
  writeFileSync(runner, `#!/bin/sh\nexec ${emulated.join(' ')} ${arm64} "$@"\n`, { mode: 0o755 });
}, 600_000);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('the executable', () => {
  it('is small enough, and the same bytes every time', () => {
    for (const path of [x64, arm64]) expect(statSync(path).size).toBeLessThanOrEqual(125e6);
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

describe('on arm64, by emulation,', () => {
  const run = (...args: string[]) => {
    const [command = '', ...first] = [...emulated, arm64, ...args];
    return spawnSync(command, first, { encoding: 'utf8', timeout: 110_000 });
  };

  it('says what it is', () => {
    expect(JSON.parse(run('version', '--json').stdout)).toMatchObject({
      arch: 'arm64',
      packaging: 'executable',
    });
  });

  it('checks a configuration', () => {
    const config = join(scratch, 'agent.yaml');
    writeFileSync(config, 'max_card: 1\n');
    const refused = run('config', 'validate', '--config', config);
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain(`${config}:1:1: unknown key max_card; did you mean max_cards?`);
    writeFileSync(config, 'max_cards: 1\n');
    expect(run('config', 'validate', '--config', config)).toMatchObject({ status: 0 });
  });

  it('probes the stand-ins of Ascend tools', () => {
    // Tools are looked for where nobody else may write.
    const dir = mkdtempSync('/var/lib/suanlink-test-');
    try {
      execFileSync(x64, ['simulate-node', '--profile', '8xAscend910B3', '--dir', dir], { stdio: 'ignore' });
      const { stdout, stderr } = run('probe', '--vendor', 'ascend', '--tool-path', dir);
      expect(stdout + stderr).toMatch(/ascend +7 +(Ascend)?910B3/);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });

  it('runs an agent that connects, is watched, and ends when it is told', async () => {
    const tools = mkdtempSync('/var/lib/suanlink-test-');
    const dir = mkdtempSync(join(tmpdir(), 'suanlink-arm64-'));
    const ended: (() => Promise<unknown>)[] = [async () => rmSync(dir, { recursive: true })];
    try {
      execFileSync(x64, ['simulate-node', '--profile', '8xAscend910B3', '--dir', tools], { stdio: 'ignore' });
      const engine = await startEngine('podman', join(dir, 'e'));
      ended.push(() => engine.stop());
      const scheduler = await startScheduler(join(dir, 's'), { program: x64 });
      ended.push(() => scheduler.process.end());
      const agent = await startAgent({
        ...{ dir: join(dir, 'a'), name: 'arm', engineSocket: engine.socketPath, connected: false },
        joinTokenFile: await scheduler.joinToken(),
        args: ['--tool-path', tools, '--simulated'],
        program: runner,
      });
      ended.push(() => agent.process.end());
      await until(
        'eight cards of the agent to be known',
        async () => {
          const { body } = await scheduler.admin.call('GET', '/v1/nodes');
          return body.nodes?.[0]?.accelerators?.length === 8 ? true : undefined;
        },
        110_000,
        agent.process.said,
      );
      const top = run('top', '--once', '--socket', agent.socket);
      // The emulation makes up when a process was started, so the guard takes the agent for another one. All else is well.
      const problems = top.stdout.split('\n').filter((line) => /^[▲✖]/.test(line));
      expect(problems.filter((line) => !line.startsWith('▲ guard: '))).toEqual([]);
      expect(top.status).toBe(problems.length);
      expect(top.stdout).toMatch(/CONNECTED[^]*910B3/);
      expect(await agent.process.end()).toBe(0);
      expect(run('top', '--once', '--socket', agent.socket).status).toBe(3);
    } finally {
      for (const end of ended.toReversed()) await end();
      rmSync(tools, { recursive: true });
    }
  }, 300_000);

  it('comes in a bundle and in packages whose files are whole', () => {
    const full = join(scratch, 'full');
    execFileSync(process.execPath, [join(root, 'scripts/package.ts'), '--arch', 'arm64', '--out', full], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const names = readdirSync(join(full, 'release'));
    const of = (ending: string): string =>
      join(full, 'release', names.find((name) => name.endsWith(ending)) ?? ending);
    const unpacked = (name: string, how: string): string => {
      const to = join(scratch, name);
      mkdirSync(to);
      execFileSync('sh', ['-c', how, 'sh', to], { stdio: ['ignore', 'ignore', 'inherit'] });
      return to;
    };
    const places = [
      [
        unpacked('bundle', `tar -xJf ${of('-linux-arm64.tar.xz')} -C "$1" --strip-components=1`),
        'bin/suanlink',
      ],
      [unpacked('deb', `dpkg-deb -x ${of('_arm64.deb')} "$1"`), 'usr/bin/suanlink'],
      [unpacked('rpm', `cd "$1" && rpm2cpio ${of('.aarch64.rpm')} | cpio -idm --quiet`), 'usr/bin/suanlink'],
    ] as const;
    execFileSync('sha256sum', ['--check', '--quiet', 'SHA256SUMS'], { cwd: places[0][0] });
    for (const [dir, program] of places) {
      const said = spawnSync('sh', ['-c', `${emulated.join(' ')} ${join(dir, program)} version --json`]);
      expect(said.stdout.toString()).toContain('arm64');
    }
  }, 600_000);

  it('looks for what is wrong', () => {
    const { status, stdout, stderr } = run('doctor', '--json');
    expect(stderr).toBe('');
    expect([0, 1]).toContain(status);
    const { schema, checks } = JSON.parse(stdout) as { schema: string; checks: { id: string }[] };
    expect(schema).toBe('suanlink.doctor/v1');
    expect(checks.length).toBeGreaterThan(20);
  });

  it('starts an agent, which says that it is not enrolled', () => {
    const { status, stderr } = run(
      'agent',
      '--state-dir',
      join(scratch, 'agent'),
      '--config',
      join(scratch, 'agent.yaml'),
    );
    expect({ status, stderr }).toMatchObject({ status: 78 });
    expect(stderr).toContain('not enrolled');
  });
});
