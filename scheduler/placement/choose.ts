/** Which of a node's cards a lease gets: all of one model, shares on the fullest card, whole cards in inventory order
 * (neighbours are linked best). Pure. */
import type { FreeCard } from '../fleet/capacity.ts';
import { type Candidate, lacks, usableCards } from './filter.ts';
import type { Requirement } from './requirement.ts';

/** The cards for the requirement on `node`; undefined when it does not fit. No cards for a requirement of none. */
export function chooseCards(requirement: Requirement, node: Candidate): FreeCard[] | undefined {
  if (lacks(requirement, node)) return undefined;
  if (requirement.cards === 0) return [];
  const enough = usableCards(requirement, node).filter((cards) => cards.length >= requirement.cards);
  if (requirement.milli < 1000) {
    const fullest = enough.flat().reduce((best, card) => (card.freeMilli < best.freeMilli ? card : best));
    return [fullest];
  }
  return enough[0]?.slice(0, requirement.cards);
}
