/**
 * Free capacity of a node: always computed from its inventory minus its live leases, never counted up and down, so that
 * it cannot drift. Pure.
 *
 * INVARIANT: a card's shares never add up to more than 1000; a card that a lease holds whole is in no other lease.
 */
import type { AcceleratorId } from '../../proto/ids.ts';
import type { AcceleratorInfo, Inventory } from '../../proto/messages.ts';
import { add, none, type Resources, subtract } from '../../proto/resources.ts';
import type { Lease } from '../lease/lease.ts';

/** A card that takes leases, and what is left of it. */
export interface FreeCard {
  id: AcceleratorId;
  vendor: string;
  model: string;
  /** Absent: unknown. */
  memoryBytes: number | undefined;
  freeMilli: number;
}

/** What a node has left. */
export interface NodeFree {
  /** Every card that takes leases, free or not, in inventory order. */
  cards: FreeCard[];
  /** How many of them may be leased whole: as many as are wholly free, within `cardsLeft`. */
  wholeCards: number;
  /** How many more cards the owner lends at the same time; Infinity: all. */
  cardsLeft: number;
  resources: Resources;
}

/** A card takes leases when the owner offers it and it has not failed. */
function isLeasable(card: AcceleratorInfo): boolean {
  return card.offered && card.health !== 'failed';
}

/** What `live` leaves of `inventory`. */
export function freeOf(inventory: Inventory, live: Iterable<Lease>): NodeFree {
  const taken = new Map<AcceleratorId, number>();
  let used = none;
  for (const lease of live) {
    used = add(used, lease.wants);
    for (const id of lease.acceleratorIds) taken.set(id, (taken.get(id) ?? 0) + lease.acceleratorMilli);
  }
  const cards: FreeCard[] = [];
  let wholeCards = 0;
  for (const card of inventory.accelerators) {
    if (!isLeasable(card)) continue;
    const freeMilli = Math.max(0, 1000 - (taken.get(card.id) ?? 0));
    if (freeMilli === 1000) wholeCards += 1;
    const { id, vendor, model, memoryBytes } = card;
    cards.push({ id, vendor, model, memoryBytes, freeMilli });
  }
  const { cpuMilli, memoryBytes, diskBytes } = inventory.host;
  const maxCards = inventory.ownerPolicy?.maxCards ?? Number.POSITIVE_INFINITY;
  const cardsLeft = Math.max(0, maxCards - taken.size);
  return {
    cards,
    wholeCards: Math.min(wholeCards, cardsLeft),
    cardsLeft,
    resources: subtract({ cpuMilli, memoryBytes, diskBytes }, used),
  };
}
