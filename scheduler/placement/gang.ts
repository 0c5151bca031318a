/** Nodes gathered for a job that runs on several at once: all have cards of one model, and are in one region if enough
 * are. Pure but for what it gathers. */
import { type Candidate, joinedCards, usableCards } from './filter.ts';
import type { Requirement } from './requirement.ts';

/** Nodes and the model of cards that each of them has enough of; '' for a job without cards. */
interface Gathered<N> {
  model: string;
  nodes: N[];
}

/** Nodes gathered so far. */
export interface Gang<N> {
  /** How many nodes were offered. */
  readonly seen: number;
  /** Adds a node, once; true when enough of one region and model are together. */
  add(node: N, models: readonly string[], region: string): boolean;
  /** Enough nodes: of one region, else of several; undefined when there are too few. */
  best(): Gathered<N> | undefined;
}

/** Models, in lower case, of which a node that fits has enough cards; '' when none are wanted. */
export function modelsFor(requirement: Requirement, node: Candidate): string[] {
  if (requirement.cards === 0) return [''];
  const { cards, linked } = requirement;
  return [...usableCards(requirement, node)].flatMap(([model, usable]) =>
    (linked ? joinedCards(usable) : usable.length) >= cards ? [model] : [],
  );
}

/** A gang of `wanted` nodes, none gathered yet. */
export function createGang<N>(wanted: number): Gang<N> {
  const byPlace = new Map<string, N[]>();
  const byModel = new Map<string, N[]>();
  const added = new Set<N>();
  let full: Gathered<N> | undefined;

  function push(map: Map<string, N[]>, key: string, node: N): N[] {
    const nodes = map.get(key) ?? [];
    nodes.push(node);
    map.set(key, nodes);
    return nodes;
  }

  return {
    get seen() {
      return added.size;
    },
    add(node, models, region) {
      if (full || added.has(node)) return full !== undefined;
      added.add(node);
      for (const model of models) {
        push(byModel, model, node);
        const nodes = push(byPlace, `${region} ${model}`, node);
        if (nodes.length === wanted) full = { model, nodes };
      }
      return full !== undefined;
    },
    best() {
      if (full) return full;
      for (const [model, nodes] of byModel)
        if (nodes.length >= wanted) return { model, nodes: nodes.slice(0, wanted) };
      return undefined;
    },
  };
}
