/**
 * A large fleet on one scheduler process: memory for each connected agent (enrolled, eight cards, heartbeats every ten
 * seconds), processor time, and how all of them come back after the scheduler was killed and started again on the same
 * state. The scheduler is the built program; the agents are processes of their own. Beside it the same number of
 * WebSockets on a server that does nothing.
 */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchOptions } from '../bench.ts';
import { ask, Fleet, processes, script, wait } from './fleet/agents.ts';
import { seedStore } from './load/nodes.ts';
import { end, freePort, residentBytes, startScheduler, threadCpuMs } from './load/process.ts';

/** Its name on the command line. */
export const name = 'fleet';
/** One line for the list of benches. */
export const summary = 'memory and processor time for each connected agent, and their return after a restart';
/** See `run`. */
export const flags = { agents: 'N', seconds: 'N' };

/** Processor time in percent of a core over `seconds`, by thread and in all; and the largest resident memory. */
async function load(
  pid: number,
  seconds: number,
): Promise<{ cpu: number; threads: object; resident: number }> {
  const before = threadCpuMs(pid);
  const seen: number[] = [];
  const began = performance.now();
  while (performance.now() - began < seconds * 1000) {
    await wait(1000);
    seen.push(residentBytes(pid));
  }
  const ms = performance.now() - began;
  const parts = [...threadCpuMs(pid)].map(
    ([name, now]) => [name, (100 * (now - (before.get(name) ?? 0))) / ms] as const,
  );
  const rounded = (percent: number): number => Math.round(percent * 100) / 100;
  const cpu = rounded(parts.reduce((sum, [, percent]) => sum + percent, 0));
  return {
    ...{ cpu, resident: Math.max(...seen) },
    threads: Object.fromEntries(
      parts.filter(([, part]) => part >= 0.05).map(([name, part]) => [name, rounded(part)]),
    ),
  };
}

/** The same number of sockets on a server that does nothing. */
async function bare(agents: number, seconds: number): Promise<object> {
  const children = Array.from({ length: processes + 1 }, () => fork(script('bare.ts'), { execArgv: [] }));
  const [server, ...clients] = children;
  try {
    if (!server) throw new Error('there is no server');
    const { port } = await ask<{ port: number }>(server, { kind: 'serve' });
    await wait(1000);
    const pid = server.pid ?? 0;
    const before = residentBytes(pid);
    const count = Math.floor(agents / clients.length);
    await Promise.all(
      clients.map((child, i) => ask(child, { kind: 'dial', port, count, localAddress: `127.0.0.${i + 10}` })),
    );
    await wait(10_000);
    const { cpu, resident } = await load(pid, seconds);
    return {
      bytes_per_socket: Math.round((resident - before) / (count * clients.length)),
      cpu_percent_of_a_core: cpu,
    };
  } finally {
    for (const child of children) child.kill('SIGKILL');
  }
}

async function measure(dir: string, agents: number, seconds: number, options: BenchOptions): Promise<object> {
  const { say, signal } = options;
  const empty = await startScheduler(join(dir, 'empty'), await freePort());
  await wait(3000);
  const emptyBytes = residentBytes(empty.pid ?? 0);
  await end(empty, 'SIGTERM');
  const state = join(dir, 'state');
  await seedStore(state, agents, 1);
  const port = await freePort();
  let scheduler = await startScheduler(state, port);
  const fleet = new Fleet(agents);
  try {
    const pid = scheduler.pid ?? 0;
    await wait(3000);
    const enrolledBytes = residentBytes(pid);
    await fleet.begin(port, agents);
    const first = await fleet.allReady(signal);
    say(`${agents} agents have a session after ${Math.round(first.ms / 100) / 10} s`);
    await wait(20_000);
    await fleet.count();
    const steady = await load(pid, seconds);
    const { answered, lost } = await fleet.count();
    say(`steady: ${JSON.stringify(steady)}, ${answered} heartbeats answered, ${lost} sessions lost`);
    signal.throwIfAborted();
    await end(scheduler, 'SIGKILL');
    const killedAt = performance.now();
    await fleet.count();
    const starting = startScheduler(state, port).then((started) => {
      scheduler = started;
      return performance.now() - killedAt;
    });
    const [back, downMs] = await Promise.all([fleet.allReady(signal), starting]);
    const reconnect = Math.round(back.ms / 100) / 10;
    say(`all back ${reconnect} s after the kill, connections by second: ${back.opened.join(' ')}`);
    await wait(20_000);
    const after = await load(scheduler.pid ?? 0, Math.min(seconds, 20));
    return {
      agents,
      bytes_per_agent: Math.round((steady.resident - emptyBytes) / agents),
      ...{
        empty_resident_bytes: emptyBytes,
        enrolled_resident_bytes: enrolledBytes,
        resident_bytes: steady.resident,
      },
      ...{ cpu_percent_of_a_core: steady.cpu, cpu_percent_by_thread: steady.threads },
      ...{ heartbeats_per_second: Math.round(answered / seconds), sessions_lost: lost },
      reconnect_seconds: reconnect,
      scheduler_down_ms: Math.round(downMs),
      peak_connections_per_second: Math.max(...Array.from(back.opened, (opened) => opened ?? 0)),
      connections_by_second: Array.from(back.opened, (opened) => opened ?? 0).join(' '),
      dials_per_agent: Math.round((10 * back.dials) / agents) / 10,
      bytes_per_agent_after_restart: Math.round((after.resident - emptyBytes) / agents),
    };
  } finally {
    fleet.close();
    await end(scheduler, 'SIGTERM');
  }
}

/** Measures with `--agents` (15000) over `--seconds` (60). */
export async function run(options: BenchOptions): Promise<object> {
  const agents = Number(options.flags['agents'] ?? 15_000);
  const seconds = Number(options.flags['seconds'] ?? 60);
  const dir = mkdtempSync(join(tmpdir(), 'suanlink-bench-'));
  try {
    const found = await measure(dir, agents, seconds, options);
    return { ...found, bare_ws: await bare(agents, Math.min(seconds, 20)) };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
