/**
 * Who is next when it is not usage that decides: the turn lane, which keeps everybody from starving.
 *
 * HOW IT WORKS. A fixed part of all granted work (`part`, the guaranteed floor) goes to organisations in turn, in
 * proportion to their weights and whatever they have used before, and within an organisation to the job that came first.
 * The turns are start-time fair queueing: an organisation's tag grows by work/weight with each of its turns, and the
 * smallest tag is next. The rest goes by fair share (`round.ts`).
 *
 * INVARIANT. Let `all` be the work granted so far, `turns` that of the turn lane, `longest` the largest job:
 * `all <= (turns + head) / part + max(slack, longest)`, where `head` is the work of the job whose turn it is. That is
 * what docs/fairness.md proves its bound from.
 *
 * Work is card-milliseconds by time limits.
 */
import type { OrgId } from '../../proto/ids.ts';

/** How a grant came about: in turn, by fair share, ahead of a head that waits, within what is guaranteed to its organisation,
 * or on cards that nobody else wants. The last two are beside the pool that is shared: they count for no turn. */
export type Lane = 'turn' | 'share' | 'pass' | 'guaranteed' | 'idle';

const isBeside = (lane: Lane): boolean => lane === 'guaranteed' || lane === 'idle';

/** Turns taken. */
export interface Turns {
  /** The lane whose head is next. */
  lane(): 'turn' | 'share';
  /** The smaller, the sooner it is the organisation's turn. */
  tag(org: OrgId): number;
  /** Whether `work` may be granted while a job of `headWork` waits for its turn to fit. */
  mayPass(work: number, headWork: number, slack: number): boolean;
  granted(org: OrgId, work: number, weight: number, lane: Lane): void;
  /** The grant came to nothing. */
  returned(work: number, lane: Lane): void;
  /** Work granted so far: all of it, and in turn. */
  totals(): { all: number; turns: number };
}

/** No turn taken yet. `part`: from 0 (no turns) to 1 (nothing else). */
export function createTurns(part: number): Turns {
  const finish = new Map<OrgId, number>();
  let virtual = 0;
  let all = 0;
  let turns = 0;

  const tag = (org: OrgId): number => Math.max(virtual, finish.get(org) ?? 0);

  return {
    lane: () => (part > 0 && turns <= part * all ? 'turn' : 'share'),
    tag,
    mayPass: (work, headWork, slack) => all + work <= (turns + headWork) / part + slack,
    granted(org, work, weight, lane) {
      if (isBeside(lane)) return;
      all += work;
      if (lane !== 'turn') return;
      turns += work;
      virtual = tag(org);
      finish.set(org, virtual + work / weight);
      // A tag in the past says nothing more than that it is the organisation's turn.
      for (const [other, at] of finish) if (at <= virtual) finish.delete(other);
    },
    returned(work, lane) {
      if (isBeside(lane)) return;
      all -= work;
      if (lane === 'turn') turns -= work;
    },
    totals: () => ({ all, turns }),
  };
}
