/**
 * How long decisions take in a large fleet: a made-up national pool (`national.ts`), filled to 70 % by the scheduler's own
 * placement, on which jobs then come and go. A decision is timed from the question to the node's new state in the index;
 * so is an end. Each size has a process of its own, so that no fleet profits from the one before.
 */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Growth } from '../../../scheduler/heap-growth.ts';
import { createMixLearner } from '../../../scheduler/placement/mix.ts';
import type { Requirement } from '../../../scheduler/placement/requirement.ts';
import type { BenchOptions } from '../../bench.ts';
import { type BenchFleet, type BenchLease, createFleet } from './fleet.ts';
import { type Arrival, arrivals, cardsPerNode, gangOfEight, type Member, nationalPool } from './national.ts';
import { randomOf } from './random.ts';
import { createStopwatch, type Timed, type Times, timesOf } from './stopwatch.ts';

/** The scheduler's flags (scripts/wrapper.sh). */
const asTheScheduler = ['--max-semi-space-size=16', '--no-allocation-site-pretenuring'];
const filled = 0.7;
const decisions = 40_000;
const gangs = 1000;

/** What was measured of one size. */
export interface Scale {
  nodes: number;
  cards: number;
  jobs_to_fill: number;
  states: number;
  single_ms: Times;
  by_shape_ms: Record<string, Times>;
  gang_of_8_nodes_ms: Times;
  end_ms: Times;
  unplaced: number;
  /** What one node takes in memory: what it is, its place in the index, its share of the leases and rankings. */
  bytes_per_node: { inventory: number; index: number; leases_and_rankings: number };
  seconds: number;
}

/** A fleet with jobs coming and going. */
class Load {
  readonly #fleet: BenchFleet;
  readonly #mix = createMixLearner();
  readonly #random = randomOf(1);
  readonly next = arrivals(this.#random);
  readonly #leases: BenchLease[] = [];
  #milli = 0;

  constructor(members: readonly Member[]) {
    this.#fleet = createFleet(members, () => this.#mix.mix);
  }

  get states(): number {
    return this.#fleet.finder.states;
  }

  get share(): number {
    return this.#milli / (this.#fleet.nodes.length * cardsPerNode * 1000);
  }

  note(job: Requirement): void {
    this.#mix.note(job, job.nodes);
  }

  /** Whether it was placed. */
  place(job: Requirement): boolean {
    const { finder } = this.#fleet;
    const fits = job.nodes > 1 ? finder.findGang(job, 0) : [finder.find(job, 0)];
    for (const fit of fits ?? []) {
      if (!fit) continue;
      this.#leases.push(this.#fleet.grant(job, fit));
      this.#milli += job.cards * job.milli;
    }
    return fits?.[0] !== undefined;
  }

  /** Ends some lease. */
  end(): void {
    const at = Math.floor(this.#random() * this.#leases.length);
    const lease = this.#leases[at];
    const last = this.#leases.pop();
    if (!lease || !last) return;
    if (last !== lease) this.#leases[at] = last;
    this.#milli -= lease.acceleratorIds.length * lease.acceleratorMilli;
    this.#fleet.end(lease);
  }
}

function heapBytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

/** Fills the fleet; gives how many jobs that took. */
function fill(load: Load, say: (text: string) => void): number {
  let jobs = 0;
  while (load.share < filled) {
    const { job } = load.next();
    load.note(job);
    load.place(job);
    jobs += 1;
    if (jobs % 100_000 === 0) say(`${Math.round(100 * load.share)} % filled by ${jobs} jobs`);
  }
  return jobs;
}

/** Measures a fleet of `nodes`; wants a process with `--expose-gc`. */
export function measure(nodes: number, say: (text: string) => void): Scale {
  const started = performance.now();
  const none = heapBytes();
  const members = [...nationalPool(nodes)];
  const inventories = heapBytes();
  const load = new Load(members);
  const empty = heapBytes();
  const jobs = fill(load, say);
  const full = heapBytes();
  // As a scheduler with so much in mind keeps its heap while it grants fast.
  const growth = new Growth(0).percent(decisions, full, 0);
  setFlagsFromString(`--heap-growing-percent=${growth}`);

  const watch = createStopwatch();
  const single: Timed[] = [];
  const byShape = new Map<string, Timed[]>();
  const gang: Timed[] = [];
  const ends: Timed[] = [];
  let unplaced = 0;
  for (let i = 0; i < decisions; i += 1) {
    while (load.share > filled) watch.time(() => load.end(), ends);
    const isGang = i % (decisions / gangs) === 0;
    const arrival: Arrival | undefined = isGang ? undefined : load.next();
    const job = arrival?.job ?? gangOfEight;
    load.note(job);
    let isPlaced = false;
    const into = isGang ? gang : single;
    watch.time(() => {
      isPlaced = load.place(job);
    }, into);
    if (!isPlaced) unplaced += 1;
    const timed = into.at(-1);
    if (!arrival || !timed) continue;
    const ofShape = byShape.get(arrival.shape) ?? [];
    byShape.set(arrival.shape, ofShape);
    ofShape.push(timed);
  }
  watch.close();
  const perNode = (bytes: number): number => Math.round(bytes / nodes);
  return {
    nodes,
    cards: nodes * cardsPerNode,
    jobs_to_fill: jobs,
    states: load.states,
    single_ms: timesOf(single),
    by_shape_ms: Object.fromEntries([...byShape].map(([shape, times]) => [shape, timesOf(times)])),
    gang_of_8_nodes_ms: timesOf(gang),
    end_ms: timesOf(ends),
    unplaced,
    bytes_per_node: {
      inventory: perNode(inventories - none),
      index: perNode(empty - inventories),
      leases_and_rankings: perNode(full - empty),
    },
    seconds: Math.round((performance.now() - started) / 1000),
  };
}

async function measureApart(nodes: number, { say, signal }: BenchOptions): Promise<Scale> {
  const execArgv = ['--expose-gc', '--max-old-space-size=8192', ...asTheScheduler];
  const child = fork(join(import.meta.dirname, 'scale-worker.ts'), [String(nodes)], { signal, execArgv });
  const { promise, resolve, reject } = Promise.withResolvers<Scale>();
  child.on('message', (message: Scale | string) => {
    if (typeof message === 'string') say(`${nodes} nodes: ${message}`);
    else resolve(message);
  });
  child.on('error', reject);
  child.on('exit', (code) => reject(new Error(`the process for ${nodes} nodes ended with ${code}`)));
  return promise;
}

/** Measures fleets of 1,000 and of 10,000 nodes, as far as they are smaller, and one of `nodes`. */
export async function measureScale(nodes: number, options: BenchOptions): Promise<object> {
  const sizes = [1000, 10_000].filter((size) => size < nodes);
  const growth: Scale[] = [];
  for (const size of [...sizes, nodes]) growth.push(await measureApart(size, options));
  return {
    ...growth.at(-1),
    growth: growth.map(({ nodes, states, single_ms, gang_of_8_nodes_ms, end_ms }) => {
      return { nodes, states, single_ms, gang_of_8_nodes_ms, end_ms };
    }),
  };
}
