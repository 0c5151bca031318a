/**
 * How long decisions take in a large fleet: a made-up national pool, filled to 70 % by the scheduler's own placement, on
 * which jobs then come and go.
 *
 * The fleet: nodes of 8 cards, five makes of them, of 200 owners in 31 regions; every fifth owner lends to every other
 * tenant only. The jobs: 120 kinds (shares, one, two, four and eight cards, some of one model), of 50 tenants; one in ten
 * of them wants one region. A decision is timed from the question to the node's new state in the index; so is an end.
 */
import { type OrgId, parseOrg } from '../../../proto/ids.ts';
import type { AcceleratorInfo, Inventory } from '../../../proto/messages.ts';
import type { Fit } from '../../../scheduler/placement/finder.ts';
import { createMixLearner } from '../../../scheduler/placement/mix.ts';
import type { Requirement } from '../../../scheduler/placement/requirement.ts';
import type { BenchOptions } from '../../bench.ts';
import { type BenchFleet, type BenchLease, type BenchNode, createFleet } from './fleet.ts';
import { randomOf } from './random.ts';
import { cardOf, inventoryOf, request } from './trace.ts';

const cardsPerNode = 8;
const filled = 0.7;
const decisions = 20_000;
const gangs = 500;
const gib = 1024 ** 3;

const makes = [
  { model: 'H20', link: 'nvlink', island: 8, memoryGib: 96, cores: 192 },
  { model: 'A100', link: 'nvlink', island: 8, memoryGib: 80, cores: 128 },
  { model: '910B3', link: 'hccs', island: 4, memoryGib: 64, cores: 192 },
  { model: 'MLU370', link: 'mlulink', island: 4, memoryGib: 48, cores: 96 },
  { model: 'L20', link: 'pcie', island: 8, memoryGib: 48, cores: 128 },
];

const tenants = Array.from({ length: 50 }, (_, i): OrgId => parseOrg(`tenant-${i}`));
const owners = Array.from({ length: 200 }, (_, i): OrgId => parseOrg(`owner-${i}`));
const region = (i: number): string => `${11 + (i % 31)}0000`;

type Make = (typeof makes)[number];

function cardsOf({ model, link, island, memoryGib }: Make): AcceleratorInfo[] {
  const cards = Array.from({ length: cardsPerNode }, (_, i) =>
    cardOf(model, i, { memoryBytes: memoryGib * gib, numaNode: i < cardsPerNode / 2 ? 0 : 1 }),
  );
  return cards.map((one, i) => ({
    ...one,
    links: cards
      .filter((_, j) => j !== i && Math.floor(j / island) === Math.floor(i / island))
      .map(({ id }) => ({ kind: link, peerId: id, word: '' })),
  }));
}

/** Nodes one by one. The cards of a make are shared between nodes: what an inventory takes is not measured here. */
function* inventories(count: number): Iterable<{ inventory: Inventory; owner: OrgId }> {
  const cards = makes.map(cardsOf);
  for (let i = 0; i < count; i += 1) {
    const make = makes[i % makes.length] ?? makes[0];
    const owner = i % owners.length;
    if (!make) return;
    const host = {
      cpuMilli: make.cores * 1000,
      memoryBytes: make.cores * 8 * gib,
      diskBytes: 4096 * gib,
      region: region(owner),
      labels: { pool: `p${owner % 7}` },
    };
    const inventory = inventoryOf(cards[i % makes.length] ?? [], host);
    const allowOrgs = tenants.filter((_, tenant) => tenant % 2 === 0);
    const ownerPolicy = { allowOrgs, denyOrgs: [], hours: '' };
    yield {
      inventory: owner % 5 === 0 ? { ...inventory, ownerPolicy } : inventory,
      owner: owners[owner] ?? parseOrg('owner'),
    };
  }
}

/** The kinds of jobs, commoner ones more often. */
function kindsOfJobs(random: () => number): Requirement[] {
  const sizes: [cards: number, milli: number][] = [
    ...([
      [1, 1000],
      [1, 1000],
      [1, 500],
      [1, 250],
      [1, 800],
      [2, 1000],
      [4, 1000],
      [8, 1000],
    ] as [number, number][]),
  ];
  return Array.from({ length: 120 }, (_, i) => {
    const [cards = 1, milli = 1000] = sizes[i % sizes.length] ?? [];
    const share = (cards * milli) / 1000;
    const perCard = 4000 + 500 * Math.floor(random() * 24);
    return request({
      cards,
      milli,
      cpuMilli: Math.round(share * perCard),
      memoryMib: Math.round(share * perCard * (2 + 6 * random())),
      models: i % 4 === 3 ? [makes[i % makes.length]?.model.toLowerCase() ?? ''] : [],
    });
  });
}

function spread(values: readonly number[]): { p50: number; p99: number; max: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    Math.round(1000 * (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0)) / 1000;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

/** A fleet with jobs coming and going. */
class Load {
  readonly #fleet: BenchFleet;
  readonly #mix = createMixLearner();
  readonly #random = randomOf(1);
  readonly #kinds = kindsOfJobs(this.#random);
  readonly #leases: BenchLease[] = [];
  #milli = 0;

  constructor(nodes: number) {
    this.#fleet = createFleet(inventories(nodes), () => this.#mix.mix);
  }

  get states(): number {
    return this.#fleet.finder.states;
  }

  get share(): number {
    return this.#milli / (this.#fleet.nodes.length * cardsPerNode * 1000);
  }

  /** A job as it comes, of some tenant. */
  next(): Requirement {
    const random = this.#random;
    const at = Math.floor(this.#kinds.length * random() ** 2);
    const kind = this.#kinds[at] ?? request({ cards: 1, milli: 1000, cpuMilli: 1000, memoryMib: 1024 });
    const job = { ...kind, org: tenants[Math.floor(random() * tenants.length)] ?? kind.org };
    return random() < 0.1 ? { ...job, regions: [region(Math.floor(random() * 31))] } : job;
  }

  note(job: Requirement): void {
    this.#mix.note(job, job.nodes);
  }

  place(job: Requirement): boolean {
    const { finder } = this.#fleet;
    const fits = job.nodes > 1 ? finder.findGang(job, 0) : [finder.find(job, 0)];
    for (const fit of fits ?? []) if (fit) this.#grant(job, fit);
    return fits?.[0] !== undefined;
  }

  #grant(job: Requirement, fit: Fit<BenchNode>): void {
    this.#leases.push(this.#fleet.grant(job, fit));
    this.#milli += job.cards * job.milli;
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

/** Adds how long `act` takes, ms. */
function time(act: () => void, into: number[]): void {
  const started = performance.now();
  act();
  into.push(performance.now() - started);
}

async function measure(nodes: number, { say, signal }: BenchOptions): Promise<object> {
  const before = process.memoryUsage().heapUsed;
  const load = new Load(nodes);
  globalThis.gc?.();
  const empty = process.memoryUsage().heapUsed;
  let jobs = 0;
  while (load.share < filled) {
    const job = load.next();
    load.note(job);
    load.place(job);
    jobs += 1;
    if (jobs % 50_000 === 0) {
      say(`${nodes} nodes: ${Math.round(100 * load.share)} % filled by ${jobs} jobs`);
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
    }
  }
  globalThis.gc?.();
  const full = process.memoryUsage().heapUsed;
  const single: number[] = [];
  const gang: number[] = [];
  const ends: number[] = [];
  let unplaced = 0;
  for (let i = 0; i < decisions; i += 1) {
    while (load.share > filled) time(() => load.end(), ends);
    const isGang = i % (decisions / gangs) === 0;
    const job = isGang
      ? { ...request({ cards: cardsPerNode, milli: 1000, cpuMilli: 64_000, memoryMib: 262_144 }), nodes: 8 }
      : load.next();
    load.note(job);
    let isPlaced = false;
    const place = (): void => {
      isPlaced = load.place(job);
    };
    time(place, isGang ? gang : single);
    if (!isPlaced) unplaced += 1;
  }
  return {
    nodes,
    cards: nodes * cardsPerNode,
    jobs_to_fill: jobs,
    states: load.states,
    single_ms: spread(single),
    gang_of_8_nodes_ms: spread(gang),
    end_ms: spread(ends),
    unplaced,
    bytes_per_node: Math.round((empty - before) / nodes),
    bytes_per_node_with_leases: Math.round((full - before) / nodes),
  };
}

/** Measures a fleet of 1,000 nodes and one of `nodes`. */
export async function measureScale(nodes: number, options: BenchOptions): Promise<object> {
  const small = await measure(1000, options);
  return { small, ...(await measure(nodes, options)) };
}
