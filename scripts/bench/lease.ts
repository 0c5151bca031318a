/**
 * What a lease adds to a container: time from submit to the end record at the client, through scheduler and agent over
 * TLS, beside create + start + wait + remove of the same image straight on the Engine API, in turn in the same run.
 *
 * The direct side is the quickest known way per engine. The leased side ends with the end record, when all output is
 * there; its container is removed after that, so `until_removed_ms` is given beside it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { JobView } from '../../proto/api.ts';
import {
  type Agent as RunningAgent,
  type Scheduler,
  startAgent,
  startScheduler,
} from '../../test/e2e/harness.ts';
import type { BenchOptions } from '../bench.ts';
import { startEngine, type TestEngine } from '../engines.ts';
import { importTestImage } from '../test-image.ts';

/** Its name on the command line. */
export const name = 'lease';
/** One line for the list of benches. */
export const summary = 'what a lease adds to a container, per engine';

const image = 'suanlink.test/busybox:1';
const command = ['true'];

interface Spread {
  p50: number;
  p99: number;
}

/** Percentiles by nearest rank, in ms to a hundredth. */
function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (part: number): number =>
    Math.round((sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)] ?? 0) * 100) / 100;
  return { p50: at(0.5), p99: at(0.99) };
}

/** Kept-alive connections, as a lean client has them. */
const connections = new Agent({ keepAlive: true });

/** One call of the Engine API; fails on an error answer. */
function call(socketPath: string, method: string, path: string, body?: object): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { host: 'engine', ...(body ? { 'content-type': 'application/json' } : {}) };
    const outgoing = request({ socketPath, method, path, agent: connections, headers }, (incoming) => {
      text(incoming).then((answer) => {
        if ((incoming.statusCode ?? 500) < 400) resolve(answer);
        else reject(new Error(`${method} ${path}: ${incoming.statusCode} ${answer}`));
      }, reject);
    });
    outgoing.once('error', reject);
    outgoing.end(body && JSON.stringify(body));
  });
}

/** Attaches to a container; resolves, once attached, with the promise of the stream's end. */
function attached(socketPath: string, path: string): Promise<{ end: Promise<void> }> {
  return new Promise((resolve, reject) => {
    const headers = { host: 'engine', connection: 'Upgrade', upgrade: 'tcp' };
    const outgoing = request({ socketPath, method: 'POST', path, headers });
    outgoing.once('upgrade', (_, socket) => {
      socket.resume();
      resolve({ end: new Promise((done) => socket.once('close', () => done())) });
    });
    outgoing.once('error', reject);
    outgoing.end();
  });
}

/** One container straight on the Engine API. */
async function direct(engine: TestEngine): Promise<number> {
  const { socketPath } = engine;
  const t0 = performance.now();
  const body = {
    Image: image,
    Cmd: command,
    HostConfig: {
      NetworkMode: 'none',
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      PidsLimit: 64,
      Memory: 64 * 2 ** 20,
      Ulimits: [
        { Name: 'nofile', Soft: 1024, Hard: 1024 },
        { Name: 'nproc', Soft: 1024, Hard: 1024 },
      ],
    },
  };
  const created = JSON.parse(await call(socketPath, 'POST', '/v1.41/containers/create', body)) as {
    Id: string;
  };
  const id = created.Id;
  if (engine.kind === 'docker') {
    const wait = call(socketPath, 'POST', `/v1.41/containers/${id}/wait?condition=next-exit`);
    await call(socketPath, 'POST', `/v1.41/containers/${id}/start`);
    await wait;
  } else {
    // Podman's waits look only every 250 ms; the end of an attached stream, then looking until it has exited, is the
    // quickest way that we know, and what the agent does as well.
    await call(socketPath, 'POST', `/v4.0.0/libpod/containers/${id}/init`);
    const { end } = await attached(socketPath, `/v1.41/containers/${id}/attach?stream=1&stdout=1&stderr=1`);
    await call(socketPath, 'POST', `/v1.41/containers/${id}/start`);
    await end;
    while (/"Running":true/.test(await call(socketPath, 'GET', `/v1.41/containers/${id}/json`)));
  }
  await call(socketPath, 'DELETE', `/v1.41/containers/${id}`);
  return performance.now() - t0;
}

/** What was measured on one engine, in ms; one value per round. */
interface Series {
  direct: number[];
  leased: number[];
  removed: number[];
  phases: Map<string, number[]>;
}

/** One leased container: to its end record, and until the agent has removed it. */
async function leased(
  scheduler: Scheduler,
  agent: RunningAgent,
): Promise<{ ms: number; removedMs: number; job: JobView }> {
  const t0 = performance.now();
  const { job } = await scheduler.admin.run({
    image,
    command,
    memory_bytes: 64 * 2 ** 20,
    cpu_milli: 1000,
    shm_bytes: 2 ** 20,
  });
  const ms = performance.now() - t0;
  if (job.end?.reason !== 'completed')
    throw new Error(`a leased container ended as ${JSON.stringify(job.end)}`);
  while ((await agent.status()).leases.length > 0) await new Promise((resolve) => setTimeout(resolve, 1));
  return { ms, removedMs: performance.now() - t0, job };
}

function report(kind: string, rounds: number, { direct: d, leased: l, removed, phases }: Series): object {
  const round = (value: number): number => Math.round(value * 100) / 100;
  const added = (a: Spread, b: Spread): Spread => ({ p50: round(b.p50 - a.p50), p99: round(b.p99 - a.p99) });
  return {
    engine: kind,
    rounds,
    direct_ms: spread(d),
    leased_ms: spread(l),
    added_ms: added(spread(d), spread(l)),
    until_removed_ms: spread(removed),
    added_until_removed_ms: added(spread(d), spread(removed)),
    timeline_p50_ms: Object.fromEntries([...phases].map(([phase, values]) => [phase, spread(values).p50])),
  };
}

/** All of one engine: direct and leased in turn, after a few rounds to warm up. */
async function measure(
  kind: 'docker' | 'podman',
  rounds: number,
  { say, signal }: BenchOptions,
): Promise<object> {
  const dir = mkdtempSync(join(tmpdir(), 'suanlink-bench-'));
  const engine = await startEngine(kind, join(dir, 'engine'));
  const ends: (() => Promise<unknown> | void)[] = [
    () => rmSync(dir, { recursive: true, force: true }),
    () => engine.stop(),
  ];
  try {
    await importTestImage(engine, image);
    const scheduler = await startScheduler(join(dir, 'scheduler'));
    ends.push(
      () => scheduler.admin.close(),
      () => scheduler.process.end(),
    );
    const agent = await startAgent({
      dir: join(dir, 'agent'),
      joinTokenFile: await scheduler.joinToken(),
      engineSocket: engine.socketPath,
    });
    ends.push(() => agent.process.end());
    const series: Series = { direct: [], leased: [], removed: [], phases: new Map() };
    for (let i = -5; i < rounds; i += 1) {
      signal.throwIfAborted();
      const straight = await direct(engine);
      const { ms, removedMs, job } = await leased(scheduler, agent);
      if (i < 0) continue;
      series.direct.push(straight);
      series.leased.push(ms);
      series.removed.push(removedMs);
      for (const { name: phase, at_ms } of job.end?.timeline ?? [])
        series.phases.set(phase, [...(series.phases.get(phase) ?? []), at_ms]);
      if (i % 20 === 0) say(`${kind}: ${i} of ${rounds}`);
    }
    return report(kind, rounds, series);
  } finally {
    for (const end of ends.toReversed()) await end();
  }
}

/** Runs the bench; `rounds` per engine (default 100). */
export async function run(options: BenchOptions): Promise<object> {
  const engines: object[] = [];
  for (const kind of ['docker', 'podman'] as const)
    engines.push(await measure(kind, options.rounds ?? 100, options));
  return { engines };
}
