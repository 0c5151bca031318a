/** Nodes gathered for a job that runs on several at once: all have cards of one model, and are in one region if enough
 * are. Pure but for what it gathers. */
import { type Candidate, joinedCards, usableCards } from './filter.ts';
import type { Requirement } from './requirement.ts';

/** Nodes and the model of cards that each of them has enough of; '' for a job without cards. */
interface Gathered<N> {
  model: string;
  nodes: N[];
}

/** Models, in lower case, of which a node that fits has enough cards; '' when none are wanted. */
export function modelsFor(requirement: Requirement, node: Candidate): string[] {
  if (requirement.cards === 0) return [''];
  const { cards, milli, linked } = requirement;
  const { cardsLeft } = node.free;
  return [...usableCards(requirement, node)].flatMap(([model, usable]) => {
    const count = linked ? joinedCards(usable) : usable.length;
    // A share of a card that is lent already is no further one to its owner.
    const isLent = milli < 1000 && usable.some(({ freeMilli }) => freeMilli < 1000);
    return count >= cards && (cards <= cardsLeft || isLent) ? [model] : [];
  });
}

function push<N>(map: Map<string, N[]>, key: string, node: N): N[] {
  const nodes = map.get(key) ?? [];
  nodes.push(node);
  map.set(key, nodes);
  return nodes;
}

/** Nodes gathered so far, of which `wanted` are to be found. */
export class Gang<N> {
  readonly #wanted: number;
  readonly #byPlace = new Map<string, N[]>();
  readonly #byModel = new Map<string, N[]>();
  readonly #added = new Set<N>();
  #full: Gathered<N> | undefined;

  constructor(wanted: number) {
    this.#wanted = wanted;
  }

  /** How many nodes were offered. */
  get seen(): number {
    return this.#added.size;
  }

  /** Adds a node, once; true when enough of one region and model are together. */
  add(node: N, models: readonly string[], region: string): boolean {
    if (this.#full || this.#added.has(node)) return this.#full !== undefined;
    this.#added.add(node);
    for (const model of models) {
      push(this.#byModel, model, node);
      const nodes = push(this.#byPlace, `${region} ${model}`, node);
      if (nodes.length === this.#wanted) this.#full = { model, nodes };
    }
    return this.#full !== undefined;
  }

  /** Enough nodes: of one region, else of several; undefined when there are too few. */
  best(): Gathered<N> | undefined {
    if (this.#full) return this.#full;
    for (const [model, nodes] of this.#byModel)
      if (nodes.length >= this.#wanted) return { model, nodes: nodes.slice(0, this.#wanted) };
    return undefined;
  }
}
