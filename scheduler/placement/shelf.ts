/**
 * Groups stand on shelves by the kinds of their cards and how much room these have, so that a requirement looks only where
 * cards may do; on each the oldest first. Pure but for what a shelf keeps.
 */
import type { LeasableCard } from '../fleet/layout.ts';
import type { Needs } from './requirement.ts';

/** What can stand on a shelf. */
export interface Shelved {
  /** Growing with every one. */
  readonly born: number;
  /** None for one that is no more. */
  readonly cells: { readonly size: number };
}

/** Nodes without a wholly free card stand by what is left of their roomiest, in steps of so many thousandths. */
const shareStep = 50;
/** Above them nodes stand by how many of their cards may be leased whole; those with more than this together. */
const mostCards = 64;
const below = 1000 / shareStep;

/** How high a node stands that has so many cards to lease whole, and so much left of its roomiest card. */
export function heightOf(wholeCards: number, roomiest: number): number {
  return wholeCards > 0 ? below + Math.min(wholeCards, mostCards) : Math.floor(roomiest / shareStep);
}

/** The least height at which cards may do for the needs. */
export function leastHeight({ cards, milli }: Needs): number {
  if (cards === 0) return 0;
  return milli < 1000 ? Math.floor(milli / shareStep) : below + Math.min(cards, mostCards);
}

/** One shelf. */
export class Shelf<T extends Shelved> {
  readonly height: number;
  /** One card of each kind. */
  readonly kinds: readonly LeasableCard[];
  #items: T[] = [];
  #live = 0;

  constructor(height: number, kinds: readonly LeasableCard[]) {
    this.height = height;
    this.kinds = kinds;
  }

  /** By age, the newest last; those that are no more among them. */
  get items(): readonly T[] {
    return this.#items;
  }

  add(item: T): void {
    this.#items.push(item);
    this.#live += 1;
  }

  /** To be told when one is no more; they are forgotten when they are half of all. */
  lose(): void {
    this.#live -= 1;
    if (this.#live === 0 || this.#items.length >= 2 * this.#live + 64)
      this.#items = this.#items.filter(({ cells }) => cells.size > 0);
  }

  /** Where those begin that were born at `born` or later. */
  indexOf(born: number): number {
    const items = this.#items;
    let from = 0;
    let to = items.length;
    if ((items[to - 1]?.born ?? -1) < born) return to;
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((items[middle]?.born ?? 0) < born) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}

/** All shelves of a fleet. */
export class Shelves<T extends Shelved> {
  readonly #byKey = new Map<string, Shelf<T>>();
  #all: readonly Shelf<T>[] = [];

  /** Lowest first; another array when there are others. */
  get all(): readonly Shelf<T>[] {
    return this.#all;
  }

  /** The shelf at a height for nodes with cards of these kinds, in any order. */
  of(height: number, cards: readonly LeasableCard[]): Shelf<T> {
    const kinds = new Map(cards.map((card) => [card.kind, card]));
    const key = [height, ...[...kinds.keys()].sort()].join();
    const known = this.#byKey.get(key);
    if (known) return known;
    for (const [old, { items }] of this.#byKey) if (items.length === 0) this.#byKey.delete(old);
    const made = new Shelf<T>(height, [...kinds.values()]);
    this.#byKey.set(key, made);
    this.#all = [...this.#byKey.values()].sort((a, b) => a.height - b.height);
    return made;
  }
}
