/** The guard's script in every shell of this machine, over real processes; and the agent's side of it. */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '../../agent/base/log.ts';
import { systemClock } from '../../agent/base/real/system-clock.ts';
import { readBootId } from '../../agent/lock.ts';
import { type GuardEntry, guardText, readGuardText } from '../../agent/runtime/guard.ts';
import { createGuard } from '../../agent/runtime/guard-process.ts';
import { guardScript } from '../../agent/runtime/guard-script.ts';
import { Guardian, type GuardPort } from '../../agent/runtime/guardian.ts';
import type { Lease } from '../../agent/lease/lease.ts';
import { accept } from '../../agent/lease/machine.ts';
import { settle, StepClock } from '../fakes/agent-core.ts';
import { offerOf } from '../fakes/offer.ts';

let dir = '';
let file = '';
const children: ChildProcess[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'suanlink-guard-'));
  file = join(dir, 'a.guard');
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    if (child.pid !== undefined) await over(child);
  }
  rmSync(dir, { recursive: true });
});

const over = (child: ChildProcess): Promise<string | number | null> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve(child.signalCode ?? child.exitCode)
    : new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));

function run(command: string, ...args: string[]): ChildProcess {
  const child = spawn(command, args, { stdio: 'ignore' });
  children.push(child);
  return child;
}

const startOf = (pid: number | undefined): string => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
};
/** The command line of a process; none when it is gone. */
function words(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
const uptime = (): number => Math.round(Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 100);

/** A process that must be dead in `seconds` from now. */
const entryOf = (child: ChildProcess, seconds: number, more: Partial<GuardEntry> = {}): GuardEntry => ({
  name: 'lease-x.1',
  pid: child.pid ?? 0,
  start: startOf(child.pid),
  termAt: uptime() + seconds * 100,
  killAt: uptime() + seconds * 100 + 100,
  ...more,
});

function put(entries: GuardEntry[], agent: ChildProcess | 'gone', token = 't1'): void {
  const head = {
    token,
    bootId: readBootId(),
    agentPid: agent === 'gone' ? 1 : (agent.pid ?? 0),
    agentStart: agent === 'gone' ? '1' : startOf(agent.pid),
  };
  writeFileSync(`${file}.new`, guardText(head, entries));
  renameSync(`${file}.new`, file);
}

const shells = [
  ['dash', '/usr/bin/dash', []],
  ['busybox', '/bin/busybox', ['sh']],
  ['bash', '/bin/bash', ['--posix']],
].filter(([, path]) => existsSync(path as string)) as [string, string, string[]][];

it('there are shells to try', () => expect(shells.length).toBeGreaterThanOrEqual(2));

describe.each(shells)('the script in %s', (_name, path, words) => {
  const guard = (token = 't1'): ChildProcess => {
    const child = spawn(path, [...words, '-s', 'suanlink-guard', file, token], {
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    child.stdin?.end(guardScript);
    children.push(child);
    return child;
  };

  it('asks a process to end when its time has come, not before, and ends itself after it', async () => {
    const victim = run('sleep', '60');
    const other = run('sleep', '60');
    const began = Date.now();
    put([entryOf(victim, 1.5), entryOf(other, 30, { name: 'lease-y.1' })], 'gone');
    const guarding = guard();
    expect(await over(victim)).toBe('SIGTERM');
    expect(Date.now() - began).toBeGreaterThan(1_400);
    expect(Date.now() - began).toBeLessThan(3_500);
    expect(other.exitCode).toBeNull();
    expect(guarding.exitCode).toBeNull();
    put([entryOf(other, 0)], 'gone');
    expect(await over(other)).toBe('SIGTERM');
    expect(await over(guarding)).toBe(0);
  });

  it('kills one that does not listen, and one whose name is made to mislead it', async () => {
    // Sets its own name to one that holds a line end, a parenthesis and numbers, and ignores SIGTERM.
    const code = `require('fs').writeFileSync('/proc/self/comm', 'x) R 1\\n9 9) S'); process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)`;
    const victim = run(process.execPath, '-e', code);
    await expect.poll(() => readFileSync(`/proc/${victim.pid}/comm`, 'utf8')).toContain('x) R');
    put([entryOf(victim, 0)], 'gone');
    const guarding = guard();
    expect(await over(victim)).toBe('SIGKILL');
    expect(await over(guarding)).toBe(0);
  });

  it('never touches a process that has got the pid of another', async () => {
    const victim = run('sleep', '60');
    const wrong = { start: String(Number(startOf(victim.pid)) - 1) };
    put([entryOf(victim, 0, wrong)], 'gone');
    expect(await over(guard())).toBe(0); // nothing left of what it was to watch
    expect(victim.exitCode ?? victim.signalCode).toBeNull();
  });

  it('takes no damaged line for a reason to kill', async () => {
    const victim = run('sleep', '60');
    const { pid, start } = entryOf(victim, 0);
    put([], 'gone');
    const head = readFileSync(file, 'utf8');
    writeFileSync(file, `${head}${pid} ${start} x 1 lease-x.1\n${pid} ${start} 1\n${pid}\n\n`);
    expect(await over(guard())).toBe(0);
    expect(victim.exitCode ?? victim.signalCode).toBeNull();
  });

  it('stays while the agent is there, and goes when another guard takes over or the file goes', async () => {
    const agent = run('sleep', '60');
    put([], agent);
    const first = guard('t1');
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(first.exitCode).toBeNull();
    put([], agent, 't2');
    const second = guard('t2');
    expect(await over(first)).toBe(0);
    expect(second.exitCode).toBeNull();
    rmSync(file);
    expect(await over(second)).toBe(0);
  });

  it('believes nothing of another boot', async () => {
    const victim = run('sleep', '60');
    const { pid, start } = entryOf(victim, 0);
    writeFileSync(file, `suanlink-guard 1 t1 another-boot 1 1\n${pid} ${start} 1 1 lease-x.1\n`);
    expect(await over(guard())).toBe(0);
    expect(victim.exitCode ?? victim.signalCode).toBeNull();
  });
});

describe('the agent', () => {
  /** A process that starts a guard as the agent does, says its pid, and waits. */
  function agentWith(victim: ChildProcess): ChildProcess {
    const entry = JSON.stringify({ ...entryOf(victim, 2), killAt: uptime() + 300 });
    const base = join(import.meta.dirname, '../../agent');
    const code = `
      import { createGuard } from ${JSON.stringify(join(base, 'runtime/guard-process.ts'))};
      import { guardText } from ${JSON.stringify(join(base, 'runtime/guard.ts'))};
      import { systemClock } from ${JSON.stringify(join(base, 'base/real/system-clock.ts'))};
      import { silentLog } from ${JSON.stringify(join(base, 'base/log.ts'))};
      const guard = createGuard({ path: ${JSON.stringify(file)}, bootId: ${JSON.stringify(readBootId())}, clock: systemClock, log: silentLog });
      await guard.write(guardText(guard.head, [${entry}]));
      guard.launch();
      setInterval(() => {}, 1000);
      console.log('ready');
    `;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    return child;
  }
  const ready = (child: ChildProcess): Promise<unknown> =>
    new Promise((resolve) => child.stdout?.once('data', resolve));

  it.each(['SIGSTOP', 'SIGKILL'] as const)(
    'that gets %s leaves a guard that keeps its word',
    async (signal) => {
      const victim = run('sleep', '60');
      const agent = agentWith(victim);
      await ready(agent);
      agent.kill(signal);
      expect(await over(victim)).toBe('SIGTERM');
    },
  );

  it('that ends with nothing running takes its guard with it, and leaves no file', async () => {
    const port = createGuard({ path: file, bootId: readBootId(), clock: systemClock, log: silentLog });
    await port.write(guardText(port.head, []));
    port.launch();
    const guards = (): string[] =>
      readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && words(pid).includes(file));
    await expect.poll(guards).toHaveLength(1);
    port.close('nothing');
    await expect.poll(guards).toEqual([]);
    expect(existsSync(file)).toBe(false);
  });

  it('says so when no guard can be told', async () => {
    writeFileSync(join(dir, 'is-a-file'), '');
    const port = createGuard({
      path: join(dir, 'is-a-file', 'a.guard'),
      bootId: readBootId(),
      clock: systemClock,
      log: silentLog,
    });
    const guardian = new Guardian({
      port,
      runtime: { inspect: async () => undefined },
      clock: systemClock,
      log: silentLog,
      lease: () => undefined,
    });
    guardian.start();
    await expect.poll(() => guardian.problem()).toContain('the guard cannot be told');
    guardian.close();
  });

  it('identifies only processes in the cgroup of the container', () => {
    const port = createGuard({ path: file, bootId: readBootId(), clock: systemClock, log: silentLog });
    expect(port.identify(process.pid, 'f'.repeat(64))).toEqual({
      problem: `process ${process.pid} is not in its cgroup`,
    });
    expect(port.identify(2 ** 22 + 1, 'x')).toEqual({ problem: 'its process cannot be seen from here' });
    expect(port.isAlive(process.pid, startOf(process.pid))).toBe(true);
  });
});

describe('what the guard is told', () => {
  const lease: Lease = {
    ...accept(offerOf(), 'boot', 1000),
    state: 'running',
    renewedAt: 1000,
    ttlMs: 30_000,
    startedAt: 1000,
  };

  function world(left?: string) {
    const clock = new StepClock();
    let text = left;
    let current: Lease | undefined = lease;
    const alive = new Set(['50 900']);
    const log: string[] = [];
    const port: GuardPort = {
      head: { token: 'new', bootId: 'boot', agentPid: 1, agentStart: '1' },
      uptimeMs: () => clock.now() + 100_000,
      identify: (pid) => (pid === 50 ? { start: '900' } : { problem: 'not here' }),
      isAlive: (pid, start) => alive.has(`${pid} ${start}`),
      read: () => left,
      write: async (written) => void (text = written),
      launch: () => void log.push('launch'),
      problem: () => '',
      close: (left) => void log.push(`close, ${left} left`),
    };
    let down = false;
    const guardian = new Guardian({
      port,
      clock,
      log: silentLog,
      lease: () => current,
      runtime: {
        inspect: async (id) => {
          if (down) throw new Error('the engine is down');
          return {
            id,
            name: '',
            lease: lease.leaseId,
            epoch: 1,
            agent: '',
            state: 'running',
            image: '',
            pid: 50,
          };
        },
      },
    });
    return {
      clock,
      guardian,
      log,
      alive,
      entries: () => readGuardText(text ?? '', 'boot'),
      setLease: (next: Lease | undefined) => void (current = next),
      setDown: (next: boolean) => void (down = next),
    };
  }
  const name = `${lease.leaseId}.1`;
  const old = { token: 'old', bootId: 'boot', agentPid: 1, agentStart: '1' };

  it('is the process of a container, with the deadline of its lease as it is renewed', async () => {
    const { guardian, entries, setLease, log } = world();
    guardian.start();
    await settle();
    expect(log).toEqual(['launch']);
    guardian.watch(lease, 'c1');
    await settle();
    expect(entries()).toEqual([{ name, pid: 50, start: '900', termAt: 13_100, killAt: 13_300 }]);
    setLease({ ...lease, renewedAt: 11_000 });
    guardian.refresh();
    await settle();
    expect(entries()).toMatchObject([{ termAt: 14_100 }]);
    guardian.release(lease);
    await settle();
    expect(entries()).toEqual([]);
    guardian.close();
    expect(log).toEqual(['launch', 'close, nothing left']);
  });

  it('is the container itself before it is started, and as long as the engine names no process', async () => {
    const { clock, guardian, entries, setDown } = world();
    setDown(true);
    guardian.expect(lease, 'c1');
    await settle();
    const unnamed = [{ name, pid: 0, start: 'c1', termAt: 13_100, killAt: 13_300 }];
    expect(entries()).toEqual(unnamed);
    guardian.watch(lease, 'c1');
    await clock.advance(5000);
    expect(entries()).toEqual(unnamed);
    setDown(false);
    await clock.advance(1000);
    expect(entries()).toMatchObject([{ name, pid: 50, start: '900', termAt: 13_100 }]);
  });

  it('still knows a container that an earlier agent had only been about to start', async () => {
    const left = guardText(old, [{ name, pid: 0, start: 'c1', termAt: 13_100, killAt: 13_300 }]);
    const { guardian, entries, setLease } = world(left);
    guardian.start();
    await settle();
    expect(entries()).toMatchObject([{ name, pid: 0, start: 'c1' }]);
    setLease(undefined);
    guardian.refresh();
    await settle();
    expect(entries()).toEqual([]);
  });

  it('does not forget what an earlier agent had found, and extends it with the lease while the engine is down', async () => {
    const left = guardText(old, [{ name, pid: 50, start: '900', termAt: 12_000, killAt: 12_200 }]);
    const { clock, guardian, entries, setDown, setLease, alive } = world(left);
    setDown(true);
    guardian.start();
    await settle();
    expect(entries()).toMatchObject([{ pid: 50, termAt: 13_100 }]);
    guardian.watch(lease, 'c1');
    await settle();
    expect(entries()).toMatchObject([{ pid: 50 }]);
    expect(guardian.problem()).toContain('the engine is down');
    setDown(false);
    await clock.advance(1_000);
    expect(guardian.problem()).toBe('');
    expect(entries()).toMatchObject([{ pid: 50, termAt: 13_100 }]);
    alive.clear();
    setLease(undefined);
    guardian.refresh();
    await settle();
    expect(entries()).toEqual([]);
  });

  it('goes on without the agent while a container runs', async () => {
    const { guardian, log } = world();
    guardian.start();
    guardian.watch(lease, 'c1');
    await settle();
    guardian.close();
    expect(log).toEqual(['launch', 'close, containers left']);
  });

  it('leaves the deadline of a lease that it does not know as it was', async () => {
    const entry = { name: 'lease-other.1', pid: 50, start: '900', termAt: 12_000, killAt: 12_200 };
    const { guardian, entries, setLease } = world(guardText(old, [entry]));
    setLease(undefined);
    guardian.start();
    await settle();
    expect(entries()).toEqual([entry]);
  });
});
