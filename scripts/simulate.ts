/**
 * `npm run simulate`: scheduler and agents in one process, virtual time, seeded faults, the invariants checked after
 * every step (`test/simulate/world.ts`). A seed that fails is told as a story, and the same seed gives the same run
 * again.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { plants } from '../test/simulate/plants.ts';
import type { Result } from '../test/simulate/world.ts';

const usage = `Usage: npm run simulate -- [--seeds N] [--seed S] [--plant NAME] [--json]

Runs a scheduler and agents in virtual time under seeded faults and checks the invariants after every step.

  --seeds N      how many runs, with the seeds 1 to N (from --seed on when that is given); default 200
  --seed S       the first seed; without --seeds that run alone, with its story
  --plant NAME   plant a bug and stop at the first seed that finds it: ${plants.map(({ name }) => name).join(', ')}
  --json         one JSON document

Exit code: 0 when all held (with --plant: when the bug was found), 1 when not, 2 for wrong usage.

  npm run simulate -- --seeds 5000
  npm run simulate -- --seed 1234
  npm run simulate -- --plant act-before-persist --seeds 500`;

/** What a worker answers: a result with its map as a list, or a defect of the simulator itself. */
type Answer = (Omit<Result, 'faults'> & { faults: [string, number][] }) | { seed: number; broken: string };

/** Sums over runs. */
interface Totals {
  seeds: number;
  steps: number;
  virtual_hours: number;
  jobs: number;
  leases: number;
  containers: number;
  faults: Record<string, number>;
  failed: { seed: number; what: string; story: string[] }[];
}

function add(totals: Totals, answer: Answer): void {
  totals.seeds += 1;
  if ('broken' in answer) {
    totals.failed.push({ seed: answer.seed, what: `the simulator broke: ${answer.broken}`, story: [] });
    return;
  }
  totals.steps += answer.steps;
  totals.virtual_hours += answer.virtualMs / 3_600_000;
  totals.jobs += answer.jobs;
  totals.leases += answer.leases;
  totals.containers += answer.containers;
  for (const [kind, count] of answer.faults) totals.faults[kind] = (totals.faults[kind] ?? 0) + count;
  if (answer.violation) totals.failed.push({ seed: answer.seed, ...answer.violation });
}

/** Runs `count` seeds from `first` on over all cores; ends early at `maxFailed` failures. */
async function runSeeds(first: number, count: number, plant: string, maxFailed: number): Promise<Totals> {
  const totals: Totals = {
    ...{ seeds: 0, steps: 0, virtual_hours: 0, jobs: 0, leases: 0, containers: 0, faults: {}, failed: [] },
  };
  let next = first;
  let told = performance.now();
  const work = (worker: ChildProcess, done: () => void): void => {
    if (next >= first + count || totals.failed.length >= maxFailed) {
      worker.kill();
      return done();
    }
    worker.send(next);
    next += 1;
  };
  const workers = Array.from({ length: Math.min(count, availableParallelism()) }, () => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const worker = fork(join(import.meta.dirname, 'simulate/worker.ts'), [plant]);
    worker.on('message', (answer: Answer) => {
      add(totals, answer);
      if (process.stderr.isTTY && performance.now() - told > 500) {
        told = performance.now();
        process.stderr.write(`\r${totals.seeds} of ${count} seeds, ${totals.failed.length} failed `);
      }
      work(worker, resolve);
    });
    worker.on('exit', (code) => {
      if (code !== null && code !== 0) reject(new Error(`a worker ended with ${code}`));
    });
    work(worker, resolve);
    return promise;
  });
  await Promise.all(workers);
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  totals.failed.sort((a, b) => a.seed - b.seed);
  return totals;
}

function tell(totals: Totals, seconds: number): void {
  for (const { seed, what, story } of totals.failed.slice(0, 3))
    console.log(`seed ${seed}: ${what}\n${story.map((line) => `  ${line}`).join('\n')}\n`);
  for (const { seed, what } of totals.failed.slice(3)) console.log(`seed ${seed}: ${what}`);
  const faults = Object.entries(totals.faults).toSorted(([a], [b]) => a.localeCompare(b));
  const struck = faults.reduce((sum, [, count]) => sum + count, 0);
  console.log(`seeds       ${totals.seeds} in ${seconds.toFixed(0)} s, ${totals.failed.length} failed`);
  console.log(`steps       ${totals.steps} (${totals.virtual_hours.toFixed(1)} hours of virtual time)`);
  console.log(`jobs        ${totals.jobs}, leases ${totals.leases}, containers ${totals.containers}`);
  console.log(`faults      ${struck}: ${faults.map(([kind, count]) => `${kind} ${count}`).join(', ')}`);
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string' },
      seed: { type: 'string' },
      plant: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const first = Number(values.seed ?? 1);
  const count = Number(values.seeds ?? (values.seed === undefined ? 200 : 1));
  const { plant } = values;
  const isKnown = plant === undefined || plants.some(({ name }) => name === plant);
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(count) || count < 1 || !isKnown) {
    console.error(usage);
    return 2;
  }
  const started = performance.now();
  const totals = await runSeeds(first, count, plant ?? '', plant === undefined ? 10 : 1);
  const seconds = (performance.now() - started) / 1000;
  if (values.json) console.log(JSON.stringify({ ...totals, seconds, plant: plant ?? null }, null, 2));
  else tell(totals, seconds);
  const isFound = totals.failed.length > 0;
  if (plant !== undefined && !values.json)
    console.log(`${plant}: ${isFound ? `found by seed ${totals.failed[0]?.seed}` : 'NOT FOUND'}`);
  return isFound === (plant !== undefined) ? 0 : 1;
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(`simulate: ${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  return 2;
});
