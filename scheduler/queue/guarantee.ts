/**
 * Guaranteed cards: what is due to each organisation, who is within its guarantee, and who has borrowed. Pure.
 *
 * What an organisation does not use of its guarantee others may borrow. What is *due* to it is its guarantee and its part,
 * by weight, of the cards that are guaranteed to nobody; what it has above both is borrowed. Preemptible leases count
 * for none of this: they can be taken back anyway. Cards are in thousandths.
 */
import type { OrgId } from '../../proto/ids.ts';

/** An organisation that has leases or waits. */
export interface Member {
  org: OrgId;
  weight: number;
  guaranteedMilli: number;
  /** In leases that are not preemptible. */
  usedMilli: number;
}

/** What is due to a member, beside what it has. */
export interface Due extends Member {
  dueMilli: number;
}

/** What is due to each of `members` of a pool of `cardMilli`. */
export function duesOf(members: readonly Member[], cardMilli: number): Map<OrgId, Due> {
  const guaranteed = members.reduce((sum, one) => sum + one.guaranteedMilli, 0);
  const weights = members.reduce((sum, { weight }) => sum + weight, 0);
  const free = Math.max(0, cardMilli - guaranteed);
  return new Map(
    members.map((one) => [
      one.org,
      { ...one, dueMilli: one.guaranteedMilli + (weights > 0 ? (free * one.weight) / weights : 0) },
    ]),
  );
}

/** How much an organisation has above what is due to it. */
export function overMilli({ usedMilli, dueMilli }: Due): number {
  return Math.max(0, usedMilli - dueMilli);
}

/** Whether a job of `cardMilli` fits within what is guaranteed to its organisation. */
export function isGuaranteed(
  { guaranteedMilli, usedMilli }: Pick<Member, 'guaranteedMilli' | 'usedMilli'>,
  cardMilli: number,
): boolean {
  return cardMilli > 0 && usedMilli + cardMilli <= guaranteedMilli;
}

/**
 * Whether leases of these sizes may be taken from one organisation for another's guarantee, one after another.
 * INVARIANT: nothing is taken that its guarantee covers, and nothing from one that is not above what is due to it.
 */
export function mayTake(
  { usedMilli, dueMilli, guaranteedMilli }: Due,
  cardMilli: readonly number[],
): boolean {
  if (cardMilli.length === 0) return true;
  const sum = cardMilli.reduce((total, one) => total + one, 0);
  const last = Math.max(...cardMilli);
  return usedMilli - sum >= guaranteedMilli && usedMilli - (sum - last) > dueMilli;
}
