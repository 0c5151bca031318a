/**
 * Making room: a job that fits nowhere has leases taken back that must give way to it, and keeps what comes free.
 *
 * HOW IT WORKS. `queue/preempt.ts` says which leases; they are asked to stop with notice. From that moment the job has a
 * *claim*: it has left the queue, is charged as if it had been granted, and the cards that it will get count as taken on
 * their nodes, so nobody else is given them. When they are free it gets its leases.
 *
 * GROUND RULES
 * - Preemptible leases give way to every job that is not preemptible; others only to a job within what is guaranteed to its
 *   organisation, and only where they are borrowed (`queue/guarantee.ts`).
 * - Leases are taken only if the job then starts, and never more than that needs.
 * - What gave way never takes back: a preemptible job preempts nobody, and what is within a guarantee is not borrowed.
 *
 * INVARIANT: a job without a lease waits at one place only: in the queue, with a claim, or for its pause to be over.
 *
 * What happens on a crash: the stops are in the store, claims are not. The job is in the queue again, and what comes free
 * goes by the order of the queue.
 */
import type { OrgId } from '../../proto/ids.ts';
import { type FreeCard, freeOf, type Taking } from '../fleet/capacity.ts';
import { isReady, type Node } from '../fleet/node.ts';
import type { Lease } from '../lease/lease.ts';
import { type Candidate, lacks } from '../placement/filter.ts';
import type { Fit } from '../placement/finder.ts';
import { chooseCards } from '../placement/rank.ts';
import type { Requirement } from '../placement/requirement.ts';
import type { Moment } from '../ports.ts';
import { type Due, mayTake, overMilli } from '../queue/guarantee.ts';
import { chooseUnits, compareSets, prune, type Unit } from '../queue/preempt.ts';
import type { Lane } from '../queue/turns.ts';
import type { Turn } from './commands.ts';
import { charge, duesNow, refund } from './fair.ts';
import { applyToLease } from './leases.ts';
import { endOf, modelsOf } from './reserve.ts';
import { candidateOf, type Job, leaseOf, type PoolState, priceBy, refreshNode } from './state.ts';

/** Cards that will be a job's when they are free. */
export interface Claim {
  job: Job;
  lane: Lane;
  places: readonly { node: Node; taking: Taking & { until: number } }[];
  /** How many leases were asked to stop, and by when they have (monotonic ms). */
  leases: number;
  at: number;
}

/** A job that room is to be made for. */
export interface Wish {
  job: Job;
  lane: Lane;
  /** Nodes that are kept back. */
  hidden: ReadonlySet<Node>;
}

interface LeaseUnit extends Unit {
  org: OrgId;
  all: readonly Lease[];
}

interface Option {
  node: Node;
  units: LeaseUnit[];
}

/** Nodes that are looked at for one job: those with leases that may give way; for a gang any. */
const mostLooks = 128;
const mostGangLooks = 512;

const isLive = ({ state }: Lease): boolean => state !== 'ended' && state !== 'stopping';

/** The leases that end with `lease`, as one. */
function unitOf(
  state: PoolState,
  lease: Lease,
  how: Pick<Unit, 'kind' | 'overMilli'>,
  now: number,
): LeaseUnit {
  const job = state.jobs.get(lease.jobId);
  const members = job?.gang?.flatMap((member) => leaseOf(state, member) ?? []) ?? [lease];
  const all = members.filter(isLive);
  const milliOf = ({ acceleratorIds, acceleratorMilli }: Lease): number =>
    acceleratorIds.length * acceleratorMilli;
  return {
    ...{ ...how, org: lease.org, all, leases: all.length },
    cardMilli: all.reduce((sum, one) => sum + milliOf(one), 0),
    lostMs: all.reduce((sum, one) => sum + (milliOf(one) / 1000) * (now - (one.runningAt ?? now)), 0),
    since: Math.max(...all.map(({ grantedUnixMs }) => grantedUnixMs)),
  };
}

/** Everything that must give way to the job, as far as it is looked at; `dues`: of those who have borrowed. */
function unitsFor(state: PoolState, dues: ReadonlyMap<OrgId, Due>, now: number): LeaseUnit[] {
  const seen = new Set<Lease>();
  const units: LeaseUnit[] = [];
  const put = (lease: Lease, how: Pick<Unit, 'kind' | 'overMilli'>): void => {
    if (seen.has(lease) || !isLive(lease)) return;
    const unit = unitOf(state, lease, how, now);
    for (const one of unit.all) seen.add(one);
    units.push(unit);
  };
  for (const id of state.preemptibles) {
    const lease = state.leases.get(id);
    if (lease) put(lease, { kind: 'preemptible', overMilli: 0 });
    if (units.length >= 8 * mostLooks) break;
  }
  for (const due of dues.values()) {
    const over = overMilli(due);
    if (over === 0) continue;
    for (const lease of state.liveByOrg.get(due.org)?.values() ?? [])
      if (!lease.preemptible && lease.acceleratorIds.length > 0)
        put(lease, { kind: 'borrowed', overMilli: over });
  }
  return units;
}

/** Those of whom others may take back. */
function borrowers(state: PoolState, { job, lane }: Wish): Map<OrgId, Due> {
  if (lane !== 'guaranteed') return new Map();
  const dues = duesNow(state);
  dues.delete(job.requirement.org);
  return dues;
}

/** A search for one job. */
class Search {
  readonly #state: PoolState;
  readonly #now: number;
  readonly #dues: ReadonlyMap<OrgId, Due>;
  readonly #byNode = new Map<Node, LeaseUnit[]>();

  constructor(state: PoolState, wish: Wish, now: number) {
    this.#state = state;
    this.#now = now;
    this.#dues = borrowers(state, wish);
    for (const unit of unitsFor(state, this.#dues, now))
      for (const { nodeId } of unit.all) {
        const node = state.nodes.get(nodeId);
        if (!node || wish.hidden.has(node) || !state.ready.has(node)) continue;
        const units = this.#byNode.get(node) ?? [];
        this.#byNode.set(node, units);
        if (!units.includes(unit)) units.push(unit);
      }
  }

  /** The node on which it costs least. */
  one(requirement: Requirement): Option[] | undefined {
    let best: Option | undefined;
    let looks = 0;
    for (const node of this.#byNode.keys()) {
      looks += 1;
      if (looks > mostLooks) break;
      const found = this.#on(requirement, node);
      // Room that comes by itself is worth waiting for.
      if (found?.units.length === 0) return undefined;
      if (found && (!best || compareSets(found.units, best.units) < 0)) best = found;
    }
    return best && [best];
  }

  /** `requirement.nodes` nodes, all with cards of one model. */
  gang(requirement: Requirement, hidden: ReadonlySet<Node>): Option[] | undefined {
    if (this.#byNode.size === 0) return undefined;
    const options: Option[] = [];
    let looks = 0;
    for (const node of this.#state.ready) {
      if (hidden.has(node)) continue;
      looks += 1;
      if (looks > Math.max(mostGangLooks, requirement.nodes)) break;
      const found = this.#on(requirement, node);
      if (found) options.push(found);
    }
    options.sort((a, b) => compareSets(a.units, b.units));
    const chosen = options.slice(0, requirement.nodes);
    if (chosen.length < requirement.nodes) return undefined;
    const all = [...new Set(chosen.flatMap(({ units }) => units))];
    if (!this.#mayTake(all)) return undefined;
    const isEnough = (gone: readonly LeaseUnit[]): boolean =>
      chosen.every(({ node }) => this.cardsOn(requirement, node, gone) !== undefined);
    const units = prune(all, isEnough);
    return units.length === 0 ? undefined : chosen.map(({ node }) => ({ node, units }));
  }

  /** The cards that the job gets on `node` when `gone` and what is ending soon have ended. */
  cardsOn(requirement: Requirement, node: Node, gone: readonly LeaseUnit[]): FreeCard[] | undefined {
    const candidate = this.#candidate(node, gone);
    return candidate && chooseCards(requirement, candidate, this.#state.finder.ranker);
  }

  #candidate(node: Node, gone: readonly LeaseUnit[]): Candidate | undefined {
    const { fair, tariff } = this.#state.options;
    const candidate = candidateOf(node, this.#now, priceBy(tariff));
    if (!node.layout || !candidate) return undefined;
    const soon = this.#now + fair.preemptNoticeMs;
    const stays = [...node.live.values()].filter(
      (lease) =>
        !gone.some(({ all }) => all.includes(lease)) &&
        (lease.state !== 'stopping' || endOf(lease, this.#now, fair) > soon),
    );
    return { ...candidate, free: freeOf(node.layout, [...stays, ...node.claims]) };
  }

  #on(requirement: Requirement, node: Node): Option | undefined {
    const isEnough = (gone: readonly LeaseUnit[]): boolean => {
      const candidate = this.#candidate(node, gone);
      return candidate !== undefined && lacks(requirement, candidate) === undefined;
    };
    const units = chooseUnits(this.#byNode.get(node) ?? [], isEnough, (some) => this.#mayTake(some));
    return units && { node, units };
  }

  #mayTake(units: readonly LeaseUnit[]): boolean {
    const borrowed = Map.groupBy(
      units.filter(({ kind }) => kind === 'borrowed'),
      ({ org }) => org,
    );
    for (const [org, some] of borrowed) {
      const due = this.#dues.get(org);
      if (
        !due ||
        !mayTake(
          due,
          some.map(({ cardMilli }) => cardMilli),
        )
      )
        return false;
    }
    return true;
  }
}

interface Room {
  places: { node: Node; cards: FreeCard[] }[];
  units: LeaseUnit[];
}

function findRoom(state: PoolState, wish: Wish, now: number): Room | undefined {
  const { requirement } = wish.job;
  const search = new Search(state, wish, now);
  const isGang = requirement.nodes > 1;
  const models = isGang && requirement.cards > 0 ? modelsOf(state.ready, requirement) : [undefined];
  for (const model of models) {
    const wanted = model === undefined ? requirement : { ...requirement, models: [model] };
    const options = isGang ? search.gang(wanted, wish.hidden) : search.one(wanted);
    const units = options?.[0]?.units ?? [];
    const places = options?.flatMap(({ node }) => {
      const cards = search.cardsOn(wanted, node, units);
      return cards ? [{ node, cards }] : [];
    });
    if (units.length > 0 && places?.length === requirement.nodes) return { places, units };
  }
  return undefined;
}

/** Takes leases back for a job that fits nowhere; false when that would not help. */
export function makeRoom(state: PoolState, turn: Turn, wish: Wish, at: Moment): boolean {
  const { job, lane } = wish;
  const { fair } = state.options;
  const room = findRoom(state, wish, at.now);
  if (!room) return false;
  const isBorrowed = room.units.some(({ kind }) => kind === 'borrowed');
  const ends = at.now + (isBorrowed ? fair.reclaimNoticeMs : fair.preemptNoticeMs);
  const until = ends + job.requirement.durationMs + job.record.spec.grace_ms;
  const { resources: wants, milli: acceleratorMilli } = job.requirement;
  const places = room.places.map(({ node, cards }) => {
    const acceleratorIds = cards.map(({ id }) => id);
    return { node, taking: { wants, acceleratorIds, acceleratorMilli, until } };
  });
  const all = room.units.flatMap(({ all }) => all);
  state.queue.remove(job);
  state.claims.set(job, { job, lane, places, leases: all.length, at: ends });
  room.places.forEach(({ cards }, rank) => {
    const member = (job.gang ?? [job])[rank];
    if (member) charge(state, member, cards[0]?.card.info.model ?? '', lane, at.now);
  });
  for (const { node, taking } of places) node.claims = [...node.claims, taking];
  for (const { kind, all: leases } of room.units)
    for (const { leaseId } of leases) giveWay(state, turn, leaseId, kind, at);
  for (const { node } of places) refreshNode(state, node, at.now, false);
  turn.effects.push({ kind: 'job', jobId: job.record.id, ended: false });
  return true;
}

function giveWay(
  state: PoolState,
  turn: Turn,
  leaseId: Lease['leaseId'],
  kind: Unit['kind'],
  at: Moment,
): void {
  // Of a gang the others may have ended with the first.
  const lease = state.leases.get(leaseId);
  if (!lease || !isLive(lease)) return;
  const { preemptNoticeMs, reclaimNoticeMs } = state.options.fair;
  const [message, graceMs] =
    kind === 'preemptible'
      ? ['another job needs the cards, and this one is preemptible', preemptNoticeMs]
      : ['the cards were borrowed from an organisation to which they are guaranteed', reclaimNoticeMs];
  applyToLease(state, turn, lease, { kind: 'stop', stop: { reason: 'preempted', message, graceMs } }, at);
}

/** The cards of a claim if all of them are free now. */
function freeNow(claim: Claim): Fit<Node>[] | undefined {
  const fits: Fit<Node>[] = [];
  for (const { node, taking } of claim.places) {
    if (!node.layout) return undefined;
    const others = node.claims.filter((one) => one !== taking);
    const free = freeOf(node.layout, [...node.live.values(), ...others]);
    const cards = free.cards.filter(
      ({ id, freeMilli }) => taking.acceleratorIds.includes(id) && freeMilli >= taking.acceleratorMilli,
    );
    const { cpuMilli, memoryBytes, diskBytes } = free.resources;
    const { wants } = taking;
    if (wants.cpuMilli > cpuMilli || wants.memoryBytes > memoryBytes || wants.diskBytes > diskBytes)
      return undefined;
    if (cards.length < taking.acceleratorIds.length) return undefined;
    fits.push({ node, cards });
  }
  return fits;
}

/** Whether the nodes of a claim still are what they were. */
function stands({ job, places }: Claim, now: number): boolean {
  const { requirement } = job;
  return places.every(({ node, taking }) => {
    const ids = new Set(node.layout?.cards.map(({ info }) => info.id));
    const isThere = isReady(node, now) || (node.session?.compared === true && node.restUntil > now);
    const isAllowed = node.rules?.orgs.length ? node.rules.orgs.includes(requirement.org) : true;
    return isThere && isAllowed && taking.acceleratorIds.every((id) => ids.has(id));
  });
}

function drop(state: PoolState, { job, places }: Claim, now: number): void {
  state.claims.delete(job);
  for (const { node, taking } of places) {
    node.claims = node.claims.filter((one) => one !== taking);
    refreshNode(state, node, now, true);
  }
}

/** Ends claims that came to nothing (their jobs wait again, or have ended), and gives those whose cards are all free: they
 * are to be granted now. */
export function settleClaims(state: PoolState, now: number): { claim: Claim; fits: Fit<Node>[] }[] {
  const due: { claim: Claim; fits: Fit<Node>[] }[] = [];
  for (const claim of [...state.claims.values()]) {
    const { job } = claim;
    const members = job.gang ?? [job];
    const isWanted = members.every((one) => one.state === 'queued');
    const fits = isWanted && stands(claim, now) ? freeNow(claim) : undefined;
    if (isWanted && fits && members.every(({ charge }) => charge)) {
      due.push({ claim, fits });
      drop(state, claim, now);
    } else if (!isWanted || !stands(claim, now)) {
      drop(state, claim, now);
      for (const member of members) refund(state, member, claim.at);
      if (!isWanted) continue;
      const shape = state.queue.add(job, job.shapeKey, job.requirement);
      state.fresh.add(shape);
    }
  }
  return due;
}
