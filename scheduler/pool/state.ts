/** The pool's state: everything the scheduler knows, in memory, with its indexes. Only the files of this folder change
 * it, through the functions that keep the indexes right. */
import type { JobId, LeaseId, NodeId, TokenId } from '../../proto/ids.ts';
import type { TokenRecord } from '../control.ts';
import { freeOf } from '../fleet/capacity.ts';
import { layoutOf } from '../fleet/layout.ts';
import type { Loss, MassLossOptions } from '../fleet/mass-loss.ts';
import { closesAt, isReady, type Node, policyAt } from '../fleet/node.ts';
import { createHeap, type Heap } from '../heap.ts';
import type { Lease, LeaseTimes } from '../lease/lease.ts';
import { deadline } from '../lease/machine.ts';
import type { Candidate } from '../placement/filter.ts';
import { Finder } from '../placement/finder.ts';
import { createMixLearner, type MixLearner } from '../placement/mix.ts';
import type { Requirement } from '../placement/requirement.ts';
import { createQueue, type Queue, type Shape, type Waiting } from '../queue/queue.ts';
import type { ConnectionId, JobRecord, PauseRecord, UsageRecord } from '../records.ts';
import { priceOf, type Tariff } from '../usage/tariff.ts';

/** What the operator chose. */
export interface PoolOptions {
  times: LeaseTimes;
  heartbeatMs: number;
  tariff: Tariff;
  /** How many ended jobs (and usage records) stay in memory; older ones are in the store alone. */
  keepEnded: number;
  massLoss: MassLossOptions;
  /** Admission limit: jobs that have not ended. */
  maxOpenJobs: number;
}

/** A job in memory. */
export interface Job extends Waiting {
  record: JobRecord;
  requirement: Requirement;
  shapeKey: string;
  state: 'queued' | 'leased' | 'ended';
  /** Its current or last lease. */
  leaseId: LeaseId | undefined;
  /** Ended leases under which it may have run, oldest first: kept with the job, so that what is still said about them
   * finds them. */
  attempts: LeaseId[];
  /** Offers in vain since it last ran. */
  vainOffers: number;
  /** What sent it back into the queue; '' for nothing yet. */
  setback: string;
}

/** Something to look at when its time comes. */
export type Timer = { at: number } & (
  | { kind: 'lease'; leaseId: LeaseId }
  | { kind: 'job'; job: Job }
  | { kind: 'node'; node: Node }
  | { kind: 'look' }
  /** By then the session must have said what it holds. */
  | { kind: 'greeting'; node: Node; connection: ConnectionId }
);

/** The mass-loss brake, pulled; see `granting.ts`. */
export interface Brake extends Loss {
  sinceUnixMs: number;
  /** When it is let go at the latest (monotonic ms). */
  until: number;
}

/** Everything. */
export interface PoolState {
  readonly options: PoolOptions;
  readonly schedulerId: string;
  /** When this process began (monotonic ms). */
  readonly startedAt: number;
  /** An operator's; null: none. */
  pause: PauseRecord | null;
  brake: Brake | undefined;
  /** Leases that only the brake keeps. */
  readonly spared: Set<LeaseId>;
  /** Nodes last heard before this moment are no reason for another brake. */
  lookedAtUntil: number;
  /** When all nodes were last looked at for a mass loss, and when they are next (Infinity: no need). */
  checkedAt: number;
  lookAt: number;
  nextEpoch: number;
  nextNumber: number;
  openJobs: number;
  /** Whether the store holds jobs that memory does not. */
  hasOlder: boolean;
  readonly tokens: Map<TokenId, TokenRecord>;
  readonly nodes: Map<NodeId, Node>;
  /** By submission: the newest last. */
  readonly jobs: Map<JobId, Job>;
  /** Jobs by organisation and idempotency key (`keyOf`). */
  readonly keys: Map<string, Job>;
  /** Live leases, the last lease of every job in memory, and every attempt at one. */
  readonly leases: Map<LeaseId, Lease>;
  readonly queue: Queue<Job>;
  /** Over the nodes that may get leases. */
  readonly finder: Finder<Node>;
  /** What is asked for. */
  readonly mix: MixLearner;
  /** Shapes with jobs that no node was looked for yet. */
  readonly fresh: Set<Shape<Job>>;
  /** Ready nodes that gained something since the last placement. */
  readonly gained: Set<Node>;
  readonly timers: Heap<Timer>;
  /** Ended jobs, the first to forget first. */
  readonly ended: Set<JobId>;
  /** Newest last, at most `keepEnded`. */
  usage: UsageRecord[];
  readonly usageByLease: Map<LeaseId, UsageRecord[]>;
}

/** A state of nothing. */
export function emptyState(options: PoolOptions, schedulerId: string, startedAt: number): PoolState {
  const mix = createMixLearner();
  const price = priceBy(options.tariff);
  const finder = new Finder<Node>({
    view: (node, now) => candidateOf(node, now, price),
    cardHourMicroYuan: price,
    mix: () => mix.mix,
  });
  return {
    options,
    schedulerId,
    startedAt,
    pause: null,
    brake: undefined,
    spared: new Set(),
    lookedAtUntil: Number.NEGATIVE_INFINITY,
    checkedAt: Number.NEGATIVE_INFINITY,
    lookAt: Number.POSITIVE_INFINITY,
    nextEpoch: 1,
    nextNumber: 1,
    openJobs: 0,
    hasOlder: false,
    tokens: new Map(),
    nodes: new Map(),
    jobs: new Map(),
    keys: new Map(),
    leases: new Map(),
    queue: createQueue(),
    finder,
    mix,
    fresh: new Set(),
    gained: new Set(),
    timers: createHeap((a, b) => a.at < b.at),
    ended: new Set(),
    usage: [],
    usageByLease: new Map(),
  };
}

/** The key under which an organisation's idempotency key is found. */
export function keyOf(org: string, key: string): string {
  return `${org}\0${key}`;
}

/** Puts a lease in its new form everywhere it is indexed. */
export function putLease(state: PoolState, lease: Lease): void {
  const before = state.leases.get(lease.leaseId);
  state.leases.set(lease.leaseId, lease);
  // A renewal moves the deadline later and leaves the entry alone; only one that comes earlier needs its own.
  if (lease.state !== 'ended' && (!before || deadline(lease) < deadline(before)))
    state.timers.push({ at: deadline(lease), kind: 'lease', leaseId: lease.leaseId });
  const node = state.nodes.get(lease.nodeId);
  if (!node) return;
  if (lease.state === 'ended') node.live.delete(lease.leaseId);
  else node.live.set(lease.leaseId, lease);
}

/** Computes a node's free capacity again and puts it where placement finds it. `gained`: it may have more than before. */
export function refreshNode(state: PoolState, node: Node, now: number, gained: boolean): void {
  const { inventory } = node;
  if (inventory !== node.layout?.inventory) node.layout = inventory && layoutOf(inventory, node.record.org);
  const { layout } = node;
  const free = layout && freeOf(layout, node.live.values());
  node.free = free;
  const ready = isReady(node, now);
  state.finder.put(
    node,
    ready && layout && free ? { free, terms: layout.terms, closesAt: closesAt(node) } : undefined,
  );
  if (ready && gained) state.gained.add(node);
  if (!ready) state.gained.delete(node);
}

/** A job's leases that may have run, and its last, oldest first. */
export function leasesOf({ attempts, leaseId }: Job): readonly LeaseId[] {
  return leaseId === undefined || attempts.includes(leaseId) ? attempts : [...attempts, leaseId];
}

/** What a whole card costs by model, micro-yuan per hour. */
export function priceBy(tariff: Tariff): (model: string) => number {
  return (model) => priceOf(tariff, model).cardHourMicroYuan;
}

/** A node as placement sees it; undefined while it has not said what it offers. */
export function candidateOf(
  node: Node,
  now: number,
  cardHourMicroYuan: (model: string) => number,
): Candidate | undefined {
  if (!node.free || !node.inventory) return undefined;
  const { labels, region } = node.inventory.host;
  const { org: owner } = node.record;
  return { free: node.free, labels, region, owner, policy: policyAt(node, now), cardHourMicroYuan };
}

/** Notes a job as ended and forgets the oldest beyond the bound. */
export function rememberEnded(state: PoolState, job: Job): void {
  state.ended.add(job.record.id);
  for (const id of state.ended) {
    if (state.ended.size <= state.options.keepEnded) return;
    state.ended.delete(id);
    forgetJob(state, id);
  }
}

function forgetJob(state: PoolState, id: JobId): void {
  const job = state.jobs.get(id);
  if (!job) return;
  const { org, idempotencyKey } = job.record;
  state.hasOlder = true;
  state.jobs.delete(id);
  if (idempotencyKey !== null) state.keys.delete(keyOf(org, idempotencyKey));
  for (const leaseId of leasesOf(job)) {
    state.leases.delete(leaseId);
    state.usageByLease.delete(leaseId);
  }
}

/** Adds a usage record unless its part is known; true when it was added. */
export function addUsage(state: PoolState, record: UsageRecord): boolean {
  const parts = state.usageByLease.get(record.leaseId);
  if (parts?.some((known) => known.part === record.part && known.epoch === record.epoch)) return false;
  if (parts) parts.push(record);
  else state.usageByLease.set(record.leaseId, [record]);
  state.usage.push(record);
  // Cut in halves, so that the cost of moving the list is shared by many records.
  if (state.usage.length > 2 * state.options.keepEnded)
    state.usage = state.usage.slice(-state.options.keepEnded);
  return true;
}
