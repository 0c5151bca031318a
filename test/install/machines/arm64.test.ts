/**
 * arm64, by emulation: the same list for the executable, and for what bundle, deb and rpm hold, from where each puts it and with
 * its own configuration.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
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
import { startEngine, type TestEngine } from '../../../scripts/engines.ts';
import { type Scheduler, startAgent, startScheduler, until } from '../../e2e/harness.ts';
import { pack } from './bundles.ts';

const out = join(root, '.state/install-test/arm64');
const scratch = mkdtempSync(join(tmpdir(), 'suanlink-arm64-'));
/** Tools are looked for where nobody else may write. */
const tools = mkdtempSync('/var/lib/suanlink-test-');
const x64 = join(out, 'suanlink-linux-x64');
const arm64 = join(out, 'suanlink-linux-arm64');
const emulated = ['qemu-aarch64-static', '-L', '/usr/aarch64-linux-gnu'];

const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

let engine: TestEngine;
let scheduler: Scheduler;

beforeAll(async () => {
  pack(out, 'all');
  execFileSync(x64, ['simulate-node', '--profile', '8xAscend910B3', '--dir', tools], { stdio: 'ignore' });
  engine = await startEngine('podman', join(scratch, 'e'));
  scheduler = await startScheduler(join(scratch, 's'), { program: x64 });
}, 600_000);

afterAll(async () => {
  await scheduler.process.end();
  await engine.stop();
  rmSync(tools, { recursive: true });
  rmSync(scratch, { recursive: true, force: true });
});

/** A way to get the program: how its file is unpacked into `$2`, and where program and configuration are then. */
const ways = [
  {
    name: 'executable',
    ending: '',
    how: 'mkdir bin && cp "$1" bin/suanlink',
    program: 'bin/suanlink',
    config: '',
  },
  {
    name: 'bundle',
    ending: '-linux-arm64.tar.gz',
    how: 'tar -xzf "$1" --strip-components=1 && sha256sum --check --quiet SHA256SUMS',
    program: 'bin/suanlink',
    config: 'config/agent.yaml',
  },
  {
    name: 'deb',
    ending: '_arm64.deb',
    how: 'dpkg-deb -x "$1" .',
    program: 'usr/bin/suanlink',
    config: 'etc/suanlink/agent.yaml',
  },
  {
    name: 'rpm',
    ending: '.aarch64.rpm',
    how: 'rpm2cpio "$1" | cpio -idm --quiet',
    program: 'usr/bin/suanlink',
    config: 'etc/suanlink/agent.yaml',
  },
];

describe.each(ways)('the arm64 $name', ({ name, ending, how, program, config }) => {
  const dir = join(scratch, name);
  const path = join(dir, program);
  const runner = join(scratch, `run-${name}`);
  const agentDir = join(scratch, `${name}-agent`);
  const settings = join(agentDir, 'agent.yaml');

  const run = (...args: string[]) =>
    spawnSync(runner, args, {
      encoding: 'utf8',
      timeout: 110_000,
      env: { PATH: process.env.PATH, LANG: 'C.UTF-8' },
    });

  beforeAll(() => {
    mkdirSync(dir);
    mkdirSync(agentDir);
    const releases = join(out, 'release');
    const file = readdirSync(releases).find((each) => each.endsWith(ending)) ?? '';
    execFileSync('sh', ['-ec', how, 'sh', ending ? join(releases, file) : arm64], { cwd: dir });
    writeFileSync(runner, `#!/bin/sh\nexec ${emulated.join(' ')} ${path} "$@"\n`, { mode: 0o755 });
    if (config) copyFileSync(join(dir, config), settings);
    else writeFileSync(settings, 'max_cards: 8\n');
  });

  it('is whole, and small enough', () => {
    expect(sha256(path)).toBe(sha256(arm64));
    expect(statSync(path).size).toBeLessThanOrEqual(125e6);
  });

  it('says what it is', () => {
    expect(JSON.parse(run('version', '--json').stdout)).toMatchObject({
      arch: 'arm64',
      packaging: 'executable',
    });
  });

  it('checks a configuration', () => {
    expect(run('config', 'validate', '--config', settings)).toMatchObject({ status: 0 });
    const wrong = join(scratch, `${name}-wrong.yaml`);
    writeFileSync(wrong, 'max_card: 1\n');
    const refused = run('config', 'validate', '--config', wrong);
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain(`${wrong}:1:1: unknown key max_card; did you mean max_cards?`);
  });

  it('looks for what is wrong', () => {
    const { status, stdout, stderr } = run('doctor', '--json', '--config', settings);
    expect(stderr).toBe('');
    expect([0, 1]).toContain(status);
    const { schema, checks } = JSON.parse(stdout) as { schema: string; checks: { id: string }[] };
    expect(schema).toBe('suanlink.doctor/v1');
    expect(checks.length).toBeGreaterThan(20);
  });

  it('probes the stand-ins of Ascend tools', () => {
    const { stdout, stderr } = run('probe', '--vendor', 'ascend', '--tool-path', tools);
    expect(stdout + stderr).toMatch(/ascend +7 +(Ascend)?910B3/);
  });

  it('starts an agent, which says that it is not enrolled', () => {
    const { status, stderr } = run('agent', '--state-dir', join(agentDir, 'none'), '--config', settings);
    expect({ status, stderr }).toMatchObject({ status: 78 });
    expect(stderr).toContain('not enrolled');
  });

  it('runs an agent that connects, is watched, and ends when it is told', async () => {
    const agent = await startAgent({
      ...{ dir: agentDir, name, engineSocket: engine.socketPath, connected: false },
      joinTokenFile: await scheduler.joinToken(),
      args: ['--tool-path', tools, '--simulated'],
      program: runner,
    });
    try {
      await until(
        'eight cards of the agent to be known',
        async () => {
          const { body } = await scheduler.admin.call('GET', '/v1/nodes');
          const node = body.nodes?.find((each: { name: string }) => each.name === name);
          return node?.accelerators?.length === 8 ? true : undefined;
        },
        110_000,
        agent.process.said,
      );
      // The emulation makes up when a process was started, so the guard takes the agent for another one. All else is well,
      // once each tool has answered.
      await until(
        'top to show it all',
        () => {
          const { status, stdout } = run('top', '--once', '--socket', agent.socket);
          const problems = stdout.split('\n').filter((line) => /^[▲✖]/.test(line));
          const isWell = problems.every((line) => line.startsWith('▲ guard: '));
          const isShown = /CONNECTED[^]*910B3/.test(stdout) && status === Math.min(1, problems.length);
          return (isWell && isShown) || undefined;
        },
        60_000,
        agent.process.said,
      );
      expect(await agent.process.end()).toBe(0);
      expect(run('top', '--once', '--socket', agent.socket).status).toBe(3);
    } finally {
      await agent.process.end();
    }
  }, 300_000);
});
