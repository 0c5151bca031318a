/** Whether a node can take a requirement now, and what it lacks if not. Pure. */
import { type OwnerPolicy, type PolicyBreach, policyBreach } from '../../proto/owner-policy.ts';
import type { FreeCard, NodeFree } from '../fleet/capacity.ts';
import type { Requirement } from './requirement.ts';

/** A node as placement sees it. */
export interface Candidate {
  free: NodeFree;
  labels: Record<string, string>;
  /** The owner's limits as they stand now. */
  policy: OwnerPolicy | undefined;
}

/** The first thing that a node lacks, in the order in which a person would fix it. */
export type Lack =
  | { kind: 'label'; label: string }
  /** The owner does not lend it so. */
  | { kind: 'policy'; breach: PolicyBreach }
  /** `offered`: cards of the wanted kind at all; `free`: those with enough left. */
  | { kind: 'cards'; offered: number; free: number }
  /** Enough cards are free, but the owner lends only so many more at the same time. */
  | { kind: 'max_cards'; left: number }
  | { kind: 'cpu' | 'memory' | 'disk'; free: number };

/** Whether a card is of the wanted kind, free or not. A card of unknown memory never meets a memory requirement. */
function isWanted(card: FreeCard, { vendors, models, cardMemoryBytes }: Requirement): boolean {
  if (vendors.length > 0 && !vendors.includes(card.vendor.toLowerCase())) return false;
  if (models.length > 0 && !models.includes(card.model.toLowerCase())) return false;
  return cardMemoryBytes === 0 || (card.memoryBytes !== undefined && card.memoryBytes >= cardMemoryBytes);
}

/** The cards of `node` on which the requirement could be met now, alike ones together, in inventory order: a lease never
 * mixes models. */
export function usableCards(requirement: Requirement, node: Candidate): FreeCard[][] {
  const usable = node.free.cards.filter(
    (card) => card.freeMilli >= requirement.milli && isWanted(card, requirement),
  );
  return [...Map.groupBy(usable, (card) => card.model).values()];
}

function largest(groups: readonly FreeCard[][]): number {
  return groups.reduce((most, group) => Math.max(most, group.length), 0);
}

/** How many cards a lease takes that no other holds a share of: a share goes to the fullest card. */
function newCards({ milli, cards }: Requirement, usable: readonly FreeCard[][]): number {
  if (milli === 1000) return cards;
  return usable.flat().some((card) => card.freeMilli < 1000) ? 0 : 1;
}

/** What `node` lacks; undefined when the requirement fits. */
export function lacks(requirement: Requirement, node: Candidate): Lack | undefined {
  for (const [name, value] of Object.entries(requirement.labels))
    if (node.labels[name] !== value) return { kind: 'label', label: `${name}=${value}` };
  const breach = policyBreach(node.policy, requirement);
  if (breach) return { kind: 'policy', breach };
  if (requirement.cards > 0) {
    const usable = usableCards(requirement, node);
    const free = largest(usable);
    if (free < requirement.cards) {
      const offered = node.free.cards.filter((card) => isWanted(card, requirement)).length;
      return { kind: 'cards', offered, free };
    }
    const { cardsLeft } = node.free;
    if (newCards(requirement, usable) > cardsLeft) return { kind: 'max_cards', left: cardsLeft };
  }
  const { cpuMilli, memoryBytes, diskBytes } = node.free.resources;
  if (requirement.resources.cpuMilli > cpuMilli) return { kind: 'cpu', free: cpuMilli };
  if (requirement.resources.memoryBytes > memoryBytes) return { kind: 'memory', free: memoryBytes };
  if (requirement.resources.diskBytes > diskBytes) return { kind: 'disk', free: diskBytes };
  return undefined;
}
