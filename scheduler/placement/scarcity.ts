/**
 * How much each kind of card is asked for, beside how many there are: a card that only few requests could do without is
 * left to those that cannot. Pure.
 *
 * Each request of the mix asks evenly for all cards that it could use. 1 is the average over the fleet; a kind that
 * nobody needs in particular is below it.
 */
import type { LeasableCard } from '../fleet/layout.ts';
import { isWanted } from './filter.ts';
import type { Mix } from './mix.ts';

/** A kind of card and how many there are. */
export interface Supply {
  card: LeasableCard;
  count: number;
}

/** Demand for each kind, by kind; 1 is the average. Kinds that are not in `supplies` have none. */
export function scarcityOf(mix: Mix, supplies: readonly Supply[]): ReadonlyMap<string, number> {
  const scarcity = new Map(supplies.map(({ card }) => [card.kind, 0]));
  let asked = 0;
  for (const { needs, weight } of mix.shapes) {
    const usable = supplies.filter(({ card }) => isWanted(card, needs));
    const count = usable.reduce((sum, one) => sum + one.count, 0);
    if (count === 0) continue;
    const demand = weight * needs.cards * needs.milli;
    asked += demand;
    for (const { card } of usable) scarcity.set(card.kind, (scarcity.get(card.kind) ?? 0) + demand / count);
  }
  const all = supplies.reduce((sum, one) => sum + one.count, 0);
  for (const [kind, perCard] of scarcity) scarcity.set(kind, asked > 0 ? (perCard * all) / asked : 1);
  return scarcity;
}
