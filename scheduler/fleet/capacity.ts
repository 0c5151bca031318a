/**
 * Free capacity of a node: always computed from its inventory minus its live leases, never counted up and down, so that
 * it cannot drift. Pure.
 *
 * INVARIANT: a card's shares never add up to more than 1000; a card that a lease holds whole is in no other lease.
 */
import type { AcceleratorId } from '../../proto/ids.ts';
import { add, none, type Resources, subtract } from '../../proto/resources.ts';
import type { Lease } from '../lease/lease.ts';
import type { Layout, LeasableCard } from './layout.ts';

/** A card that takes leases, and what is left of it. */
export interface FreeCard {
  readonly id: AcceleratorId;
  readonly card: LeasableCard;
  readonly freeMilli: number;
}

/** What a node has left. */
export interface NodeFree {
  /** Every card that takes leases, free or not, in inventory order. */
  readonly cards: readonly FreeCard[];
  /** The layout's. */
  readonly shape: string;
  /** How many of them may be leased whole: as many as are wholly free, within `cardsLeft`. */
  readonly wholeCards: number;
  /** How many more cards the owner lends at the same time; Infinity: all. */
  readonly cardsLeft: number;
  readonly resources: Resources;
}

/** What a lease takes. */
export type Taking = Pick<Lease, 'wants' | 'acceleratorIds' | 'acceleratorMilli'>;

/** What `live` leaves of a node. `before`: what it had left, of which unchanged cards are taken over. */
export function freeOf(
  { inventory, cards: leasable, shape }: Layout,
  live: Iterable<Taking>,
  before?: NodeFree,
): NodeFree {
  const taken = new Map<AcceleratorId, number>();
  let used = none;
  for (const lease of live) {
    used = add(used, lease.wants);
    for (const id of lease.acceleratorIds) taken.set(id, (taken.get(id) ?? 0) + lease.acceleratorMilli);
  }
  let wholeCards = 0;
  const cards = leasable.map((card, i): FreeCard => {
    const { id } = card.info;
    const freeMilli = Math.max(0, 1000 - (taken.get(id) ?? 0));
    if (freeMilli === 1000) wholeCards += 1;
    const known = before?.cards[i];
    return known?.card === card && known.freeMilli === freeMilli ? known : { id, card, freeMilli };
  });
  const { cpuMilli, memoryBytes, diskBytes } = inventory.host;
  const maxCards = inventory.ownerPolicy?.maxCards ?? Number.POSITIVE_INFINITY;
  const cardsLeft = Math.max(0, maxCards - taken.size);
  return {
    cards,
    shape,
    wholeCards: Math.min(wholeCards, cardsLeft),
    cardsLeft,
    resources: subtract({ cpuMilli, memoryBytes, diskBytes }, used),
  };
}
