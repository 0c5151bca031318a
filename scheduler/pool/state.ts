/** The pool's state: everything the scheduler knows, in memory, with its indexes. Only the files of this folder change
 * it, through the functions that keep the indexes right. */
import type { Strategy } from '../../proto/pools.ts';
import type { JobId, LeaseId, NodeId, OrgId, TokenId } from '../../proto/ids.ts';
import type { TokenRecord } from '../control.ts';
import { freeOf } from '../fleet/capacity.ts';
import { createSharer, type Sharer } from '../fleet/compact.ts';
import { layoutOf } from '../fleet/layout.ts';
import type { Loss, MassLossOptions } from '../fleet/mass-loss.ts';
import { closesAt, isReady, labelsOf, type Node, policyAt, rulesKey } from '../fleet/node.ts';
import { createHeap, type Heap } from '../heap.ts';
import type { Lease, LeaseTimes } from '../lease/lease.ts';
import { deadline } from '../lease/machine.ts';
import type { Candidate } from '../placement/filter.ts';
import { Finder } from '../placement/finder.ts';
import { createMixLearner, type MixLearner } from '../placement/mix.ts';
import type { Requirement } from '../placement/requirement.ts';
import { createHistory, type History } from '../queue/history.ts';
import { createLedger, type Ledger } from '../queue/ledger.ts';
import { Queue, type Shape, type Waiting } from '../queue/queue.ts';
import type { Head } from '../queue/round.ts';
import { type IdleWarning, lookEveryMs } from '../queue/idle.ts';
import type { FairOptions } from '../queue/shares.ts';
import { createTurns, type Turns } from '../queue/turns.ts';
import type { ConnectionId, HoldRecord, JobRecord, OrgTerms, PauseRecord, UsageRecord } from '../records.ts';
import { priceOf, type Tariff } from '../usage/tariff.ts';
import type { Charge } from './fair.ts';
import type { Reservation } from './reserve.ts';
import type { Claim } from './room.ts';

/** What the operator chose. */
export interface PoolOptions {
  times: LeaseTimes;
  heartbeatMs: number;
  tariff: Tariff;
  /** How many ended jobs (and usage records) stay in memory; older ones are in the store alone. */
  keepEnded: number;
  massLoss: MassLossOptions;
  fair: FairOptions;
  /** Admission limit: jobs that have not ended. */
  maxOpenJobs: number;
}

/** A job in memory. */
export interface Job extends Waiting {
  record: JobRecord;
  requirement: Requirement;
  shapeKey: string;
  work: number;
  size: number;
  /** The jobs that run with it, by rank, itself among them; undefined: it runs alone. Only the first waits in the queue. */
  gang: Job[] | undefined;
  /** Of a gang's offer: whether its node has accepted it (by epoch). */
  acceptedEpoch: number;
  /** For the lease that it has; undefined without one. */
  charge: Charge | undefined;
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
  | { kind: 'idle' }
  /** By then the session must have said what it holds. */
  | { kind: 'greeting'; node: Node; connection: ConnectionId }
);

/** The mass-loss brake, pulled; see `granting.ts`. */
export interface Brake extends Loss {
  sinceUnixMs: number;
  /** When it is let go at the latest (monotonic ms). */
  until: number;
}

/** Sums over nodes. */
export interface PoolTotals {
  cards: number;
  cpuMilli: number;
  memoryBytes: number;
}

/** Everything. */
export interface PoolState {
  options: PoolOptions;
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
  /** Leases of this epoch and later were granted by this process. */
  firstEpoch: number;
  nextNumber: number;
  openJobs: number;
  /** The highest number of a job that the store holds and memory does not; 0: there is none. */
  forgottenTo: number;
  readonly tokens: Map<TokenId, TokenRecord>;
  readonly nodes: Map<NodeId, Node>;
  /** By submission: the newest last. */
  readonly jobs: Map<JobId, Job>;
  /** Jobs by organisation and idempotency key (`keyOf`). */
  readonly keys: Map<string, Job>;
  /** Live leases, the last lease of every job in memory, and every attempt at one. */
  readonly leases: Map<LeaseId, Lease>;
  readonly queue: Queue<Job>;
  /** Of what nodes say of themselves. */
  readonly sharer: Sharer;
  /** Nodes that may get leases. */
  readonly ready: Set<Node>;
  /** Over the same nodes, but for those that a round keeps back. */
  readonly finder: Finder<Node>;
  /** What is asked for. */
  readonly mix: MixLearner;
  readonly ledger: Ledger;
  readonly turns: Turns;
  readonly history: History;
  /** What operators granted; those that are not listed have the defaults. */
  readonly terms: Map<OrgId, OrgTerms>;
  readonly holds: Map<string, HoldRecord>;
  /** By pool, of jobs that leave it to it; '': of those that ask for none. Those that are not listed pack. */
  readonly strategies: Map<string, Strategy>;
  /** Recorded card time of the newest month. */
  readonly months: Map<OrgId, { month: string; cardMs: number }>;
  /** By the id of the first of each. */
  readonly gangs: Map<JobId, Job[]>;
  readonly liveByOrg: Map<OrgId, Map<LeaseId, Lease>>;
  /** Jobs that have not ended. */
  readonly openByOrg: Map<OrgId, number>;
  /** What all nodes with an inventory have. */
  totals: PoolTotals;
  /** Grows whenever a node may take what none could before. */
  fleetVersion: number;
  /** The job that is next and does not fit yet, as the last round left it. */
  head: Head<Job, Reservation> | undefined;
  /** Nodes that were kept from somebody in the last round. */
  held: Set<Node>;
  /** Jobs for which room is being made: they are in no queue. */
  readonly claims: Map<Job, Claim>;
  /** Live leases that are preemptible. */
  readonly preemptibles: Set<LeaseId>;
  /** Changes whenever room may be made that could not before. */
  roomVersion: number;
  /** Warnings of idle cards. */
  readonly idle: Map<LeaseId, IdleWarning>;
  /** Whether a timer for the next look at idle leases is set: while leases run. */
  isLookingForIdle: boolean;
  /** Shapes with jobs that no node was looked for yet. */
  readonly fresh: Set<Shape<Job>>;
  /** Ready nodes that gained something since the last placement. */
  readonly gained: Set<Node>;
  readonly timers: Heap<Timer>;
  /** Ended jobs, the first to forget first. */
  readonly ended: Set<JobId>;
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
    firstEpoch: 1,
    nextNumber: 1,
    openJobs: 0,
    forgottenTo: 0,
    tokens: new Map(),
    nodes: new Map(),
    jobs: new Map(),
    keys: new Map(),
    leases: new Map(),
    queue: new Queue(),
    sharer: createSharer(),
    ready: new Set(),
    finder,
    mix,
    ledger: createLedger(options.fair.halfLifeMs),
    turns: createTurns(options.fair.turnPart),
    history: createHistory(),
    terms: new Map(),
    holds: new Map(),
    strategies: new Map(),
    months: new Map(),
    gangs: new Map(),
    liveByOrg: new Map(),
    openByOrg: new Map(),
    totals: { cards: 0, cpuMilli: 0, memoryBytes: 0 },
    fleetVersion: 0,
    head: undefined,
    held: new Set(),
    claims: new Map(),
    preemptibles: new Set(),
    roomVersion: 0,
    idle: new Map(),
    isLookingForIdle: false,
    fresh: new Set(),
    gained: new Set(),
    timers: createHeap((a, b) => a.at < b.at),
    ended: new Set(),
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
  const ofOrg = state.liveByOrg.get(lease.org) ?? new Map<LeaseId, Lease>();
  state.liveByOrg.set(lease.org, ofOrg);
  if (lease.state === 'ended') ofOrg.delete(lease.leaseId);
  else ofOrg.set(lease.leaseId, lease);
  if (ofOrg.size === 0) state.liveByOrg.delete(lease.org);
  if (lease.state === 'ended') state.idle.delete(lease.leaseId);
  const idleLookMs = lookEveryMs(state.options.fair.idle);
  if (
    lease.state === 'running' &&
    lease.runningAt !== undefined &&
    !state.isLookingForIdle &&
    idleLookMs < Number.POSITIVE_INFINITY
  ) {
    state.isLookingForIdle = true;
    state.timers.push({ at: lease.runningAt + idleLookMs, kind: 'idle' });
  }
  if (lease.preemptible && lease.state !== 'ended') state.preemptibles.add(lease.leaseId);
  else if (lease.preemptible) state.preemptibles.delete(lease.leaseId);
  if (before?.state !== lease.state) state.roomVersion += 1;
  const node = state.nodes.get(lease.nodeId);
  if (!node) return;
  if (lease.state === 'ended') node.live.delete(lease.leaseId);
  else node.live.set(lease.leaseId, lease);
}

/** Computes a node's free capacity again and puts it where placement finds it. `gained`: it may have more than before. */
export function refreshNode(state: PoolState, node: Node, now: number, gained: boolean): void {
  const { inventory } = node;
  const before = node.layout?.inventory;
  if (inventory !== before) {
    node.layout = inventory && layoutOf(inventory, node.record.org, state.sharer);
    node.inventory = node.layout?.inventory;
  }
  const { layout } = node;
  const takers = node.claims.length === 0 ? node.live.values() : [...node.live.values(), ...node.claims];
  const free = layout && freeOf(layout, takers, node.free);
  node.free = free;
  const ready = isReady(node, now);
  indexNode(state, node, ready, now);
  if (ready !== state.ready.has(node) || inventory !== before) state.fleetVersion += 1;
  if (ready) state.ready.add(node);
  else state.ready.delete(node);
  if (gained) state.roomVersion += 1;
  if (ready && gained) state.gained.add(node);
  if (!ready) state.gained.delete(node);
}

/** Puts a node where placement finds it, or takes it out (`isFound`: whether it may be found). */
export function indexNode({ finder }: PoolState, node: Node, isFound: boolean, now: number): void {
  const { layout, free } = node;
  if (!isFound || !layout || !free) finder.put(node, undefined);
  else finder.put(node, { free, terms: layout.terms + rulesKey(node, now), closesAt: closesAt(node, now) });
}

/** The current or last lease of a job. */
export function leaseOf({ leases }: PoolState, { leaseId }: Job): Lease | undefined {
  return leaseId === undefined ? undefined : leases.get(leaseId);
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
  const { region } = node.inventory.host;
  const labels = labelsOf(node);
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
  state.forgottenTo = Math.max(state.forgottenTo, job.record.number);
  state.jobs.delete(id);
  if (job.record.gang) state.gangs.delete(job.record.gang.id);
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
  return true;
}
