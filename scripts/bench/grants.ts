/**
 * How many jobs a second the scheduler takes through their whole life: submit → offer → accept → commit → running → end,
 * each durable (SQLite, `synchronous=FULL`) before what follows is let out. The scheduler is the built program in a
 * process of its own; model agents on real WebSockets and the submitting client are another. Jobs are submitted in
 * arrays, as Slurm's are. First the rate with a fixed number in flight, then the latencies at half of that rate.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchOptions } from '../bench.ts';
import type { Measured, Order } from './grants/load.ts';
import { type SlurmRate, slurmRate } from './grants/slurm.ts';
import { seedStore } from './load/nodes.ts';
import { end, freePort, residentBytes, startScheduler, threadCpuMs } from './load/process.ts';

/** Its name on the command line. */
export const name = 'grants';
/** One line for the list of benches. */
export const summary = 'whole lives of leases a second, from HTTP to WebSockets, durable';
/** See `run`. */
export const flags = {
  seconds: 'N',
  nodes: 'N',
  'in-flight': 'N',
  array: 'N',
  rate: 'N',
  peer: 'slurm',
};

const warmUpMs = 5000;
/** The load has agents' and a client's latencies to measure, not its own collections. */
const calmHeap = [
  '--max-semi-space-size=32',
  '--heap-growing-percent=700',
  '--no-allocation-site-pretenuring',
];

/** Gives the load an order and waits until it is done. */
function ask(load: ChildProcess, order: Order): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const died = (code: number | null): void => reject(new Error(`the load ended with ${code}`));
    load.once('exit', died);
    load.once('message', (answer: { result: Measured }) => {
      load.off('exit', died);
      resolve(answer.result);
    });
    load.send(order);
  });
}

/** Processor time per life of each of the scheduler's threads, in µs. */
function perLife(before: Map<string, number>, after: Map<string, number>, lives: number): object {
  const spent = [...after].map(
    ([name, ms]) => [name, ((ms - (before.get(name) ?? 0)) * 1000) / lives] as const,
  );
  return Object.fromEntries(spent.filter(([, us]) => us >= 1).map(([name, us]) => [name, Math.round(us)]));
}

interface Rate extends Record<string, unknown> {
  lifecycles_per_second: number;
}

/** What one run is made of. */
interface Wish {
  nodes: number;
  seconds: number;
  inFlight: number;
  array: number;
  /** Jobs a second at which latencies are measured; undefined: half of the rate that was reached. */
  rate: number | undefined;
}

async function measure(dir: string, wish: Wish, { say, signal }: BenchOptions): Promise<Rate> {
  const state = join(dir, 'state');
  const tenants = await seedStore(state, wish.nodes, 8);
  const port = await freePort();
  const scheduler = await startScheduler(state, port);
  const load = fork(join(import.meta.dirname, 'grants/load.ts'), { execArgv: calmHeap });
  try {
    const pid = scheduler.pid ?? 0;
    await ask(load, { kind: 'connect', port, nodes: wish.nodes, tokens: tenants.map(({ token }) => token) });
    signal.throwIfAborted();
    say(`${wish.nodes} agents are connected`);
    const { array, inFlight } = wish;
    const measureMs = wish.seconds * 1000;
    await ask(load, { kind: 'run', warmUpMs, measureMs: 1, array, inFlight });
    const before = threadCpuMs(pid);
    const full = await ask(load, { kind: 'run', warmUpMs: 0, measureMs, array, inFlight });
    const cpu = perLife(before, threadCpuMs(pid), full.ended);
    const rate = Math.round(full.ended / full.seconds);
    say(
      `${rate} lives a second: ${JSON.stringify(full)}, µs of the scheduler's threads ${JSON.stringify(cpu)}`,
    );
    signal.throwIfAborted();
    const perSecond = wish.rate ?? Math.round(rate / 2);
    await ask(load, { kind: 'run', warmUpMs, measureMs: 1, array: 10, inFlight: 0, perSecond });
    const beforeHalf = threadCpuMs(pid);
    const half = await ask(load, { kind: 'run', warmUpMs: 0, measureMs, array: 10, inFlight: 0, perSecond });
    const cpuAtHalf = perLife(beforeHalf, threadCpuMs(pid), half.ended);
    say(`at ${perSecond} a second: ${JSON.stringify(half)}`);
    return {
      lifecycles_per_second: rate,
      seconds: full.seconds,
      ...{ in_flight: inFlight, array, nodes: wish.nodes, commit_p50_ms_at_full_load: full.commit_p50_ms },
      end_p50_ms_at_full_load: full.end_p50_ms,
      ...{ scheduler_cpu_us_per_life: cpu, load_cpu_us_per_life: full.own_cpu_us_per_life },
      scheduler_cpu_us_per_life_at_half_load: cpuAtHalf,
      load_cpu_us_per_life_at_half_load: half.own_cpu_us_per_life,
      scheduler_resident_bytes: residentBytes(pid),
      half_load_per_second: Math.round(half.ended / half.seconds),
      ...{ p50_submit_to_commit_ms: half.commit_p50_ms, p99_submit_to_commit_ms: half.commit_p99_ms },
      ...{ max_submit_to_commit_ms: half.commit_max_ms, p99_submit_to_end_ms: half.end_p99_ms },
    };
  } finally {
    load.kill('SIGKILL');
    await end(scheduler, 'SIGTERM');
  }
}

function withRatio(slurm: SlurmRate, ours: number): object {
  return { ...slurm, ratio: Math.round((10 * ours) / slurm.jobs_per_second) / 10 };
}

/** Measures: `--seconds` (30), `--nodes` of 8 cards (500), `--in-flight` jobs (1000) in arrays of `--array` (100), latencies at
 * `--rate` jobs a second (half of the rate reached); with `--peer slurm` also what Slurm does here. */
export async function run(options: BenchOptions): Promise<object> {
  const { flags: given } = options;
  const dir = mkdtempSync(join(tmpdir(), 'suanlink-bench-'));
  const wish: Wish = {
    seconds: Number(given['seconds'] ?? 30),
    nodes: Number(given['nodes'] ?? 500),
    inFlight: Number(given['in-flight'] ?? 1000),
    array: Number(given['array'] ?? 100),
    rate: given['rate'] === undefined ? undefined : Number(given['rate']),
  };
  try {
    const ours = await measure(dir, wish, options);
    if (given['peer'] === undefined) return ours;
    if (given['peer'] !== 'slurm') throw new Error(`--peer is slurm, not ${given['peer']}`);
    const slurm = await slurmRate(join(dir, 'slurm'), 1000, options.signal);
    return { ...ours, peer: { slurm: withRatio(slurm, ours.lifecycles_per_second) } };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
