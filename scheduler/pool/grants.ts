/**
 * Grants: which queued jobs get leases now. `queue/round.ts` decides the order, placement the nodes; here they meet. The
 * epoch is minted in the same batch of writes as the lease.
 *
 * INVARIANT: after every command each shape that still has waiting jobs has been found not to fit any ready node
 * (`blocked`), or is held back by a quota, a reservation or what its organisation has borrowed. So a round looks at all
 * nodes only for shapes that are new or were held, and for others at nodes that gained something.
 */
import { orderedId } from '../../proto/ids.ts';
import type { Node } from '../fleet/node.ts';
import type { Fit } from '../placement/finder.ts';
import type { Moment } from '../ports.ts';
import type { Shape } from '../queue/queue.ts';
import { type Attempt, type RoundPort, runRound } from '../queue/round.ts';
import type { Lane } from '../queue/turns.ts';
import type { LeaseRecord } from '../records.ts';
import { priceOf } from '../usage/tariff.ts';
import type { Turn } from './commands.ts';
import { charge, heavyHold, isWithinGuarantee, quotaHold, standingAt } from './fair.ts';
import { isGranting } from './granting.ts';
import { gangEnv } from './gangs.ts';
import { liveLease, offerMessage } from './offer.ts';
import { type Reservation, reserve, respects } from './reserve.ts';
import { makeRoom, settleClaims } from './room.ts';
import { indexNode, type Job, type PoolState, priceBy, putLease, refreshNode } from './state.ts';

/** Gives those for whom room was made what is free now. */
function settle(state: PoolState, turn: Turn, at: Moment): void {
  if (state.claims.size === 0 || !isGranting(state)) return;
  for (const { claim, fits } of settleClaims(state, at.now))
    new Granter(state, turn, at).grant(claim.job, fits, claim.lane);
}

/** The placement of a turn. */
export function place(state: PoolState, turn: Turn, at: Moment): void {
  settle(state, turn, at);
  placeWaiting(state, turn, at);
  // What was only offered gave way at once.
  settle(state, turn, at);
}

function placeWaiting(state: PoolState, turn: Turn, at: Moment): void {
  const { gained, fresh, queue, head, held } = state;
  const regain = (): void => {
    for (const node of held) if (state.ready.has(node)) gained.add(node);
    held.clear();
  };
  // What was kept for a head that is gone is free for others.
  if (head && !queue.has(head.job)) {
    regain();
    state.head = undefined;
  }
  if (!isGranting(state) || gained.size + fresh.size === 0) return;
  if (queue.size > 0) {
    regain();
    const granter = new Granter(state, turn, at);
    state.head = granter.run();
  }
  gained.clear();
  fresh.clear();
}

/** Jobs for which room is looked for in one round. */
const mostSearches = 8;

/** One round over the pool's nodes. */
class Granter {
  readonly #state: PoolState;
  readonly #turn: Turn;
  readonly #at: Moment;
  readonly #price: (model: string) => number;
  /** Nodes that placement does not find: they are reserved. */
  readonly #hidden = new Set<Node>();
  #searches = 0;

  constructor(state: PoolState, turn: Turn, at: Moment) {
    this.#state = state;
    this.#turn = turn;
    this.#at = at;
    this.#price = priceBy(state.options.tariff);
  }

  run(): PoolState['head'] {
    const state = this.#state;
    const { queue, turns, ledger, options, totals } = state;
    const { now, wall } = this.#at;
    let standing = standingAt(state, this.#at);
    const port: RoundPort<Job, Reservation> = {
      queue,
      turns,
      slack: options.fair.slackMs * totals.cards,
      rank: (org) => standing.rank(org),
      userRank: (org, user) => ledger.userUsage(org, user, now),
      isEligible: (job) => quotaHold(state, job, wall) === '' && heavyHold(state, job, standing) === '',
      isTooLongToBorrow: ({ requirement: { durationMs, org }, record: { spec } }, { at }) =>
        durationMs > options.fair.borrowMs &&
        now + durationMs + spec.grace_ms > at &&
        standing.isBorrowing(org),
      attempt: (shape, job, lane, guards) => {
        const attempt = this.#attempt(shape, job, lane, guards);
        if (attempt === 'granted') standing = standingAt(state, this.#at);
        return attempt;
      },
      reserve: (shape) => this.#reserve(shape),
      mayBeGuaranteed: (org) => (state.terms.get(org)?.guaranteedCards ?? 0) > 0,
      isGuaranteed: (job) => isWithinGuarantee(state, job),
      makeRoom: (shape, job, lane, guards) => {
        const isMade = this.#makeRoom(shape, job, lane, guards);
        if (isMade) standing = standingAt(state, this.#at);
        return isMade;
      },
    };
    const head = runRound(port, state.head);
    this.#hide([]);
    return head;
  }

  #makeRoom(shape: Shape<Job>, job: Job, lane: Lane, guards: readonly Reservation[]): boolean {
    const state = this.#state;
    const mayTakeBorrowed = lane === 'guaranteed';
    if (!mayTakeBorrowed && state.preemptibles.size === 0) return false;
    if (shape.noRoomAt === state.roomVersion || this.#searches >= mostSearches) return false;
    this.#searches += 1;
    const { preemptNoticeMs, reclaimNoticeMs } = state.options.fair;
    const ends = this.#at.now + (mayTakeBorrowed ? reclaimNoticeMs : preemptNoticeMs);
    const until = ends + shape.requirement.durationMs + job.record.spec.grace_ms;
    const binding = guards.filter((guard) => until > guard.at);
    const hidden = new Set(binding.flatMap(({ nodes }) => [...nodes]));
    const isMade = makeRoom(state, this.#turn, { job, lane, hidden }, this.#at);
    // Nodes that changed meanwhile are still kept back.
    for (const node of this.#hidden) indexNode(state, node, false, this.#at.now);
    if (!isMade && binding.length === 0 && !mayTakeBorrowed) shape.noRoomAt = state.roomVersion;
    return isMade;
  }

  #reserve(shape: Shape<Job>): Reservation | undefined {
    if (shape.hopelessAt === this.#state.fleetVersion) return undefined;
    const found = reserve(this.#state, shape.requirement, this.#at.now);
    if (!found) shape.hopelessAt = this.#state.fleetVersion;
    return found;
  }

  #attempt(shape: Shape<Job>, job: Job, lane: Lane, guards: readonly Reservation[]): Attempt {
    const { requirement } = shape;
    // What is preemptible is gone as soon as somebody needs its place.
    const until =
      this.#at.now +
      (requirement.preemptible
        ? this.#state.options.fair.preemptNoticeMs
        : requirement.durationMs + job.record.spec.grace_ms);
    if (shape.blocked && !this.#mayFit(shape)) return 'full';
    const binding = guards.filter(({ at }) => until > at);
    this.#hide(binding.flatMap(({ nodes }) => [...nodes]));
    const fits = this.#find(shape) ?? this.#findBeside(shape, job, binding, until);
    if (fits) {
      this.grant(job, fits, lane);
      return 'granted';
    }
    shape.blocked = true;
    return this.#hidden.size > 0 ? 'guarded' : 'full';
  }

  /** Whether a node that gained something has as many cards as the shape needs: a glance, before anything is ranked. */
  #mayFit({ requirement: { cards, milli } }: Shape<Job>): boolean {
    if (milli < 1000 || cards === 0) return true;
    for (const { free } of this.#state.gained) if (free && free.wholeCards >= cards) return true;
    return false;
  }

  #find({ requirement, blocked }: Shape<Job>): Fit<Node>[] | undefined {
    const { finder, gained } = this.#state;
    const { now } = this.#at;
    if (requirement.nodes > 1) return finder.findGang(requirement, now);
    const fit = blocked
      ? finder.findAmong(
          requirement,
          [...gained].filter((node) => !this.#hidden.has(node)),
          now,
        )
      : finder.find(requirement, now);
    return fit && [fit];
  }

  /** Room on a reserved node that is not needed for its reservation. */
  #findBeside(
    { requirement }: Shape<Job>,
    job: Job,
    binding: readonly Reservation[],
    until: number,
  ): Fit<Node>[] | undefined {
    if (requirement.nodes > 1) return undefined;
    const { now } = this.#at;
    for (const node of this.#hidden) {
      const fit = this.#state.finder.findAmong(requirement, [node], now);
      if (!fit) continue;
      const acceleratorIds = fit.cards.map(({ id }) => id);
      const taker = { wants: requirement.resources, acceleratorIds, acceleratorMilli: requirement.milli };
      const isGood = binding.every((one) =>
        respects(one, node, taker, until, { now, price: this.#price, fair: this.#state.options.fair }),
      );
      if (isGood && this.#state.queue.has(job)) return [fit];
    }
    return undefined;
  }

  /** Keeps exactly these nodes from being found. */
  #hide(nodes: readonly Node[]): void {
    const wanted = new Set(nodes);
    for (const node of this.#hidden) {
      if (wanted.has(node)) continue;
      this.#hidden.delete(node);
      indexNode(this.#state, node, this.#state.ready.has(node), this.#at.now);
    }
    for (const node of wanted) {
      if (this.#hidden.has(node)) continue;
      this.#hidden.add(node);
      // Whoever may not have it now looks at it again when another head has come, at the latest in the next round.
      this.#state.held.add(node);
      if (this.#state.ready.has(node)) this.#state.gained.add(node);
      indexNode(this.#state, node, false, this.#at.now);
    }
  }

  /** Grants a job, or all jobs of a gang, one node each. */
  grant(job: Job, fits: readonly Fit<Node>[], lane: Lane): void {
    const jobs = job.gang ?? [job];
    this.#state.queue.remove(job);
    const granted = fits.flatMap((fit, rank) => {
      const member = jobs[rank];
      return member ? [{ member, lease: this.#lease(member, fit), node: fit.node }] : [];
    });
    for (const { member, lease, node } of granted) {
      if (!member.charge) charge(this.#state, member, lease.model, lane, this.#at.now);
      if (node.session)
        this.#turn.effects.push({
          kind: 'send',
          connection: node.session.connection,
          message: offerMessage(lease, member.record, this.#at.now, gangEnv(this.#state, member)),
        });
      this.#turn.effects.push({ kind: 'job', jobId: member.record.id, ended: false });
    }
  }

  #lease(job: Job, { node, cards }: Fit<Node>): ReturnType<typeof liveLease> {
    const state = this.#state;
    const at = this.#at;
    const epoch = state.nextEpoch;
    state.nextEpoch += 1;
    const model = cards[0]?.card.info.model ?? '';
    const record: LeaseRecord = {
      leaseId: orderedId('lease', epoch, at.random(20)),
      epoch,
      jobId: job.record.id,
      org: job.record.org,
      nodeId: node.record.id,
      nodeName: node.record.name,
      model,
      acceleratorIds: cards.map((card) => card.id),
      acceleratorMilli: job.requirement.milli,
      inventoryGeneration: node.inventory?.generation ?? '',
      price: priceOf(state.options.tariff, model, job.requirement.preemptible),
      ttlMs: state.options.times.ttlMs,
      state: 'offered',
      stop: null,
      grantedUnixMs: at.wall,
      end: null,
      logRemovedUnixMs: null,
    };
    const lease = liveLease(record, job.record.spec, state.options.times, at.now);
    if (job.leaseId !== undefined && !job.attempts.includes(job.leaseId)) state.leases.delete(job.leaseId);
    job.state = 'leased';
    job.leaseId = lease.leaseId;
    putLease(state, lease);
    refreshNode(state, node, at.now, false);
    if (this.#hidden.has(node)) indexNode(state, node, false, at.now);
    this.#turn.writes.push({ kind: 'lease', row: record }, { kind: 'next_epoch', value: state.nextEpoch });
    return lease;
  }
}
