/**
 * One round of granting: which waiting jobs start now.
 *
 * HOW IT WORKS. There is always one *head*: the job that is next. Whose it is, is decided by the lane (`turns.ts`): in
 * the turn lane the organisation whose turn it is and its first job; in the share lane the organisation with the least
 * use for its weight, and of its jobs the highest priority, then the user with the least use, then the smallest job. A
 * head that fits starts. A head that does not fit yet gets a reservation (where and when it will), and others may start
 * before it only if they do not delay that: EASY backfill. A head that no node could ever take is passed over.
 *
 * Two kinds of jobs are beside that order. A job within what is guaranteed to its organisation comes before any head. A
 * preemptible job comes after all others, on what is then left, and is no head.
 *
 * GROUND RULES
 * - Nothing that starts delays the reservation of a head of this round or the last, nor that of a job of its own organisation
 *   with a higher priority: so no priority is inverted.
 * - What an organisation over its share starts ahead of the head is over by the head's reservation, or short.
 * - Whoever is not preemptible and finds no room has room made, where leases must give way to it (`makeRoom`).
 *
 * Pure: the port says what fits and does what is granted.
 */
import type { OrgId } from '../../proto/ids.ts';
import { goesBefore, type OrgQueue, type Queue, type Shape, type Waiting } from './queue.ts';
import type { Lane, Turns } from './turns.ts';

/** What became of an attempt: `full`: no node has room; `guarded`: the only room is reserved. */
export type Attempt = 'granted' | 'full' | 'guarded';

/** What a round works on. `R` is a reservation. */
export interface RoundPort<J extends Waiting, R> {
  queue: Queue<J>;
  turns: Turns;
  /** Work that may be granted ahead of a head in turn, over what its part would allow. */
  slack: number;
  /** Use over weight; the smaller, the sooner. */
  rank(org: OrgId): number;
  userRank(org: OrgId, user: string): number;
  /** Whether quotas let the job start now. */
  isEligible(job: J): boolean;
  /** Whether its organisation is over its share and the job would keep what it borrows for too long. */
  isTooLongToBorrow(job: J, head: R): boolean;
  /** Grants the job if it fits without delaying any of `guards`. */
  attempt(shape: Shape<J>, job: J, lane: Lane, guards: readonly R[]): Attempt;
  /** Takes leases back for a job that fits nowhere, on nodes that none of `guards` needs; true: what comes free is its own,
   * and it is in the queue no more. */
  makeRoom(shape: Shape<J>, job: J, lane: Lane, guards: readonly R[]): boolean;
  /** Whether anything is guaranteed to an organisation, and whether the job fits within that now. */
  mayBeGuaranteed(org: OrgId): boolean;
  isGuaranteed(job: J): boolean;
  /** Where and when the job will fit; undefined: nowhere, ever. */
  reserve(shape: Shape<J>, job: J): R | undefined;
}

/** The job that is next and cannot start yet. */
export interface Head<J, R> {
  job: J;
  lane: Lane;
  reservation: R;
}

/** Shapes of higher priority that may wait before a lower one is looked at: each costs a look at where it will fit. */
const mostGuards = 16;

interface Candidate<J extends Waiting> {
  shape: Shape<J>;
  job: J;
}

/** Starts what can start; gives the head that waits then. `before`: the one that the last round left. */
export function runRound<J extends Waiting, R>(
  port: RoundPort<J, R>,
  before?: Head<J, R>,
): Head<J, R> | undefined {
  const round = new Round(port, before);
  round.serveGuarantees();
  for (;;) {
    const head = round.nextHead();
    if (head && round.passOne(head)) continue;
    round.fillIdle();
    return head;
  }
}

class Round<J extends Waiting, R> {
  readonly #port: RoundPort<J, R>;
  /** Shapes that found no room: nothing gets more room in a round. */
  readonly #full = new Set<Shape<J>>();
  /** Shapes that no node could ever take. */
  readonly #hopeless = new Set<Shape<J>>();
  /** Shapes that would delay `#guardedFor`. */
  readonly #guarded = new Set<Shape<J>>();
  #guardedFor: J | undefined;
  /** Of the head of the round before and of each head so far: every event and every grant may change whose turn it is, and
   * none of them may be delayed by that. */
  readonly #reservations = new Map<J, R>();
  /** What an organisation has to offer, in order; until one of its jobs is granted. */
  readonly #rankedOf = new Map<OrgId, Candidate<J>[]>();
  #orgs: OrgQueue<J>[] | undefined;

  constructor(port: RoundPort<J, R>, before: Head<J, R> | undefined) {
    this.#port = port;
    if (before) this.#reservations.set(before.job, before.reservation);
  }

  /** Grants heads as long as they fit; gives the first that does not. */
  nextHead(): Head<J, R> | undefined {
    for (;;) {
      const { attempt, makeRoom, reserve, turns } = this.#port;
      const lane = turns.lane();
      const next = lane === 'turn' ? this.#inTurn() : this.#byShare();
      if (!next) return undefined;
      const { shape, job } = next;
      if (!this.#full.has(shape)) {
        if (attempt(shape, job, lane, []) === 'granted') {
          this.#forget(shape.requirement.org);
          continue;
        }
        this.#full.add(shape);
      }
      if (makeRoom(shape, job, lane, [])) {
        this.#forget(shape.requirement.org);
        continue;
      }
      const reservation = reserve(shape, job);
      if (reservation !== undefined) return { job, lane, reservation };
      this.#hopeless.add(shape);
      this.#forget(shape.requirement.org);
    }
  }

  /** Grants one job ahead of `head` that does not delay it; false when there is none. */
  passOne(head: Head<J, R>): boolean {
    if (this.#guardedFor !== head.job) {
      this.#guarded.clear();
      this.#reservations.set(head.job, head.reservation);
    }
    this.#guardedFor = head.job;
    for (const org of this.#orgsByRank()) if (this.#passOneOf(org, head)) return true;
    return false;
  }

  /** Reservations of those that still wait, but for the job's own. */
  #others(reservations: ReadonlyMap<J, R>, job: J): R[] {
    return [...reservations].flatMap(([of, one]) => (of !== job && this.#port.queue.has(of) ? [one] : []));
  }

  /** Starts jobs within guarantees, oldest first, where they do not delay the head that waits if that can be helped. */
  serveGuarantees(): void {
    for (const org of this.#port.queue.orgs()) {
      if (!this.#port.mayBeGuaranteed(org.org)) continue;
      while (this.#serveOne(org)) this.#forget(org.org);
    }
  }

  #serveOne(org: OrgQueue<J>): boolean {
    const { attempt, makeRoom, isGuaranteed } = this.#port;
    const due = [...this.#candidates(org, false)].filter(({ job }) => isGuaranteed(job));
    due.sort((a, b) => (goesBefore(a.job, b.job) ? -1 : 1));
    const [first] = due;
    if (!first) return false;
    const { shape, job } = first;
    const heads = this.#others(this.#reservations, job);
    for (const guards of heads.length > 0 ? [heads, []] : [[]]) {
      if (attempt(shape, job, 'guaranteed', guards) === 'granted') return true;
      if (makeRoom(shape, job, 'guaranteed', guards)) return true;
    }
    return false;
  }

  /** Starts preemptible jobs on what nobody else wants now. */
  fillIdle(): void {
    while (this.#fillOne()) this.#orgs = undefined;
  }

  #fillOne(): boolean {
    for (const org of this.#orgsByRank())
      for (const { shape, job } of this.#inOrder(org, this.#candidates(org, true))) {
        if (this.#full.has(shape)) continue;
        if (this.#port.attempt(shape, job, 'idle', this.#others(this.#reservations, job)) === 'granted')
          return true;
        this.#full.add(shape);
      }
    return false;
  }

  #passOneOf(org: OrgQueue<J>, head: Head<J, R>): boolean {
    const { attempt, makeRoom, reserve, turns, slack, isTooLongToBorrow } = this.#port;
    const guards = new Map(this.#reservations);
    const ranked = this.#ranked(org);
    for (const [i, { shape, job }] of ranked.entries()) {
      if (job === head.job) continue;
      const isHeld =
        isTooLongToBorrow(job, head.reservation) ||
        (head.lane === 'turn' && !turns.mayPass(job.work, head.job.work, slack)) ||
        this.#guarded.has(shape);
      const result = this.#full.has(shape)
        ? 'full'
        : isHeld
          ? 'guarded'
          : attempt(shape, job, 'pass', this.#others(guards, job));
      if (result === 'granted' || (!isHeld && makeRoom(shape, job, 'pass', this.#others(guards, job)))) {
        this.#forget(org.org);
        return true;
      }
      if (result === 'full') this.#full.add(shape);
      else this.#guarded.add(shape);
      // What comes free meanwhile is not kept for it: it looks everywhere when it is no longer held.
      if (isHeld) shape.blocked = false;
      const after = ranked[i + 1];
      if (!after || after.job.priority === job.priority) continue;
      // Those that follow have a lower priority: they must not delay any that waits before them.
      if (i >= mostGuards) {
        for (const { shape: later } of ranked.slice(i + 1)) later.blocked = false;
        return false;
      }
      for (const one of ranked.slice(0, i + 1)) {
        if (one.job.priority !== job.priority || one.job === head.job) continue;
        const reservation = reserve(one.shape, one.job);
        if (reservation !== undefined) guards.set(one.job, reservation);
      }
    }
    return false;
  }

  /** Heads of an organisation's shapes that may start as far as quotas and nodes go. */
  *#candidates(org: OrgQueue<J>, isPreemptible: boolean): Iterable<Candidate<J>> {
    for (const shape of org.shapes()) {
      if (shape.requirement.preemptible !== isPreemptible || this.#hopeless.has(shape)) continue;
      const job = shape.head();
      if (job && this.#port.isEligible(job)) yield { shape, job };
      else shape.blocked = false;
    }
  }

  #inTurn(): Candidate<J> | undefined {
    const { queue, turns } = this.#port;
    let best: Candidate<J> | undefined;
    let bestTag = Number.POSITIVE_INFINITY;
    for (const org of queue.orgs()) {
      const tag = turns.tag(org.org);
      if (tag > bestTag) continue;
      let first: Candidate<J> | undefined;
      for (const one of this.#ranked(org))
        if (first === undefined || goesBefore(one.job, first.job)) first = one;
      if (!first || (tag === bestTag && best && best.job.number < first.job.number)) continue;
      best = first;
      bestTag = tag;
    }
    return best;
  }

  #byShare(): Candidate<J> | undefined {
    for (const org of this.#orgsByRank()) {
      const [first] = this.#ranked(org);
      if (first) return first;
    }
    return undefined;
  }

  /** One of its jobs was granted, or can never be: its place among the others, and what it has to offer, are new. */
  #forget(org: OrgId): void {
    this.#rankedOf.delete(org);
    this.#orgs = undefined;
  }

  #orgsByRank(): OrgQueue<J>[] {
    if (this.#orgs) return this.#orgs;
    const { queue, rank } = this.#port;
    const ranks = [...queue.orgs()].map((org) => ({ org, rank: rank(org.org) }));
    ranks.sort((a, b) => a.rank - b.rank || (a.org.org < b.org.org ? -1 : 1));
    this.#orgs = ranks.map(({ org }) => org);
    return this.#orgs;
  }

  #ranked(org: OrgQueue<J>): Candidate<J>[] {
    const known = this.#rankedOf.get(org.org);
    if (known) return known;
    const found = this.#inOrder(org, this.#candidates(org, false));
    this.#rankedOf.set(org.org, found);
    return found;
  }

  #inOrder(org: OrgQueue<J>, candidates: Iterable<Candidate<J>>): Candidate<J>[] {
    const found = [...candidates].map((one) => ({
      ...one,
      user: this.#port.userRank(org.org, one.job.user),
    }));
    return found.sort(
      (a, b) =>
        b.job.priority - a.job.priority ||
        a.user - b.user ||
        a.job.size - b.job.size ||
        a.job.number - b.job.number,
    );
  }
}
