/** Nodes gathered for a job that runs on several at once: all have cards of one model, and are in one region if enough
 * are. Pure but for what it gathers. */
import { type Candidate, joinedCards, usableCards } from './filter.ts';
import type { Requirement } from './requirement.ts';

/** Nodes and the model of cards that each of them has enough of; '' for a job without cards. */
interface Gathered<N> {
  model: string;
  nodes: N[];
}

/** Whether all cards of a node are of one model. */
export function isOfModel({ free: { cards } }: Pick<Candidate, 'free'>, model: string): boolean {
  return cards.every(({ card }) => card.model === model);
}

/** Models, in lower case, of which a node that fits has enough cards; '' when none are wanted. */
export function modelsFor(requirement: Requirement, node: Candidate): string[] {
  if (requirement.cards === 0) return [''];
  const { cards, milli, linked } = requirement;
  const { cardsLeft } = node.free;
  const [first] = node.free.cards;
  if (!linked && first && isOfModel(node, first.card.model)) return [first.card.model];
  return [...usableCards(requirement, node)].flatMap(([model, usable]) => {
    const count = linked ? joinedCards(usable) : usable.length;
    // A share of a card that is lent already is no further one to its owner.
    const isLent = milli < 1000 && usable.some(({ freeMilli }) => freeMilli < 1000);
    return count >= cards && (cards <= cardsLeft || isLent) ? [model] : [];
  });
}

/** Nodes of one place or model, a set of equal ones at a time. */
interface Pile<N> {
  sets: ReadonlySet<N>[];
  count: number;
}

type Piles<N> = Map<string, Pile<N>>;

function pile<N>(piles: Piles<N>, key: string, nodes: ReadonlySet<N>): Pile<N> {
  let own = piles.get(key);
  if (!own) piles.set(key, (own = { sets: [], count: 0 }));
  own.sets.push(nodes);
  own.count += nodes.size;
  return own;
}

/** Nodes gathered so far, of which `wanted` are to be found. */
export class Gang<N> {
  readonly #wanted: number;
  /** By region, then by model. */
  readonly #byPlace = new Map<string, Piles<N>>();
  readonly #byModel: Piles<N> = new Map();
  readonly #added = new Set<ReadonlySet<N>>();
  #full: Gathered<N> | undefined;
  #seen = 0;

  constructor(wanted: number) {
    this.#wanted = wanted;
  }

  /** How many nodes were offered. */
  get seen(): number {
    return this.#seen;
  }

  /** Adds nodes that are equal but for their names, once; true when enough of one region and model are together. The sets
   * must have no node in common and stay as they are. */
  add(nodes: ReadonlySet<N>, models: readonly string[], region: string): boolean {
    if (this.#full || this.#added.has(nodes)) return this.#full !== undefined;
    this.#added.add(nodes);
    this.#seen += nodes.size;
    let here = this.#byPlace.get(region);
    if (!here) this.#byPlace.set(region, (here = new Map()));
    for (const model of models) {
      pile(this.#byModel, model, nodes);
      const own = pile(here, model, nodes);
      if (own.count >= this.#wanted) this.#full ??= this.#take(model, own);
    }
    return this.#full !== undefined;
  }

  /** Enough nodes: of one region, else of several; undefined when there are too few. */
  best(): Gathered<N> | undefined {
    if (this.#full) return this.#full;
    for (const [model, own] of this.#byModel) if (own.count >= this.#wanted) return this.#take(model, own);
    return undefined;
  }

  #take(model: string, { sets }: Pile<N>): Gathered<N> {
    const nodes: N[] = [];
    for (const set of sets)
      for (const node of set) {
        nodes.push(node);
        if (nodes.length === this.#wanted) return { model, nodes };
      }
    return { model, nodes };
  }
}
