/**
 * Nodes in groups of nearly the same state, so that placement looks at states instead of nodes. Pure but for the index
 * that it keeps.
 *
 * A *group* is nodes with the same cards, as much left of each, and about as much left of the host (`coarse.ts`): they
 * rank the same for every requirement. Within it, a *cell* is nodes that no requirement can tell apart: exactly as much
 * left of the host, the same labels, region, owner and rules. What one node of a cell can take, all can.
 */
import type { Resources } from '../../proto/resources.ts';
import type { NodeFree } from '../fleet/capacity.ts';
import { coarse, coarseMost } from './coarse.ts';
import type { Supply } from './scarcity.ts';

/** What grouping needs to know of a node. */
export interface NodeState {
  free: NodeFree;
  /** Equal for nodes of equal labels, region, owner and owner's rules (`fleet/layout.ts`). */
  terms: string;
  /** When the owner's hours end, monotonic ms; undefined: they do not. */
  closesAt: number | undefined;
}

/** Nodes that no requirement can tell apart; never empty. */
export interface Cell<N> {
  readonly key: string;
  readonly group: Group<N>;
  readonly terms: string;
  readonly nodes: Set<N>;
}

/** Nodes that rank the same. */
export interface Group<N> {
  readonly key: string;
  /** Of one of its nodes, with the host rounded down. */
  readonly free: NodeFree;
  /** The host rounded up. */
  readonly most: Resources;
  /** What is left of the card of which most is left. */
  readonly roomiest: number;
  /** Empty for a group that is no more. */
  readonly cells: Map<string, Cell<N>>;
  /** What a ranker said of its waste. */
  waste: { by: object; value: number } | undefined;
}

const mib = 1024 ** 2;

function roundedBy(round: (amount: number) => number, resources: Resources): Resources {
  const inMib = (bytes: number): number => round(Math.floor(bytes / mib)) * mib;
  return {
    cpuMilli: round(resources.cpuMilli),
    memoryBytes: inMib(resources.memoryBytes),
    diskBytes: inMib(resources.diskBytes),
  };
}

function mostOf(resources: Resources): Resources {
  const { cpuMilli, memoryBytes, diskBytes } = roundedBy(coarseMost, resources);
  // Bytes beyond the last whole MiB count too.
  return { cpuMilli, memoryBytes: memoryBytes + mib - 1, diskBytes: diskBytes + mib - 1 };
}

/** Numbers for texts, so that keys stay short. */
function createNumbers(): (text: string) => number {
  const numbers = new Map<string, number>();
  return (text) => {
    const known = numbers.get(text);
    if (known !== undefined) return known;
    numbers.set(text, numbers.size);
    return numbers.size - 1;
  };
}

/** The cards as text: per island and CPU neighbourhood what is left of each kind. Places that look alike may be swapped. */
function cardsKey({ cards }: NodeFree, kindNumber: (kind: string) => number): string {
  const islands = new Map<number, Map<number, string[]>>();
  for (const { card, freeMilli } of cards) {
    const numa = card.info.numaNode ?? -1;
    const places = islands.get(card.island) ?? new Map<number, string[]>();
    islands.set(card.island, places);
    const place = places.get(numa) ?? [];
    places.set(numa, place);
    place.push(`${kindNumber(card.kind)}.${freeMilli}`);
  }
  return [...islands]
    .map(([island, places]) => {
      const texts = [...places.values()].map((place) => place.sort().join(' '));
      return `${island < 0 ? '-' : '+'}${texts.sort().join(',')}`;
    })
    .sort()
    .join(';');
}

/** The groups of a fleet. */
export class Groups<N> {
  /** Cells by the terms of their nodes. */
  readonly byTerms = new Map<string, Set<Cell<N>>>();
  readonly #groups = new Map<string, Group<N>>();
  readonly #where = new Map<N, Cell<N>>();
  readonly #kindNumber = createNumbers();
  readonly #termsNumber = createNumbers();
  #all: Group<N>[] = [];
  #moves = 0;

  /** How many nodes there are. */
  get size(): number {
    return this.#where.size;
  }

  /** Groups by age, the newest last; those that are no more among them. */
  get all(): readonly Group<N>[] {
    return this.#all;
  }

  /** Changes when groups have moved in `all`. */
  get moves(): number {
    return this.#moves;
  }

  /** Puts a node where it belongs now, or takes it out. */
  put(node: N, state: NodeState | undefined): void {
    this.#takeOut(node);
    if (!state) return;
    const cell = this.#cellOf(state);
    cell.nodes.add(node);
    this.#where.set(node, cell);
  }

  /** How many cards of each kind there are. */
  supplies(): Supply[] {
    const supplies = new Map<string, Supply>();
    for (const { free, cells } of this.#groups.values()) {
      let nodes = 0;
      for (const cell of cells.values()) nodes += cell.nodes.size;
      for (const { card } of free.cards) {
        const supply = supplies.get(card.kind);
        if (supply) supply.count += nodes;
        else supplies.set(card.kind, { card, count: nodes });
      }
    }
    return [...supplies.values()];
  }

  #groupOf({ free }: NodeState): Group<N> {
    const rounded = roundedBy(coarse, free.resources);
    const { cpuMilli, memoryBytes, diskBytes } = rounded;
    const cardsLeft = Math.min(free.cardsLeft, free.cards.length);
    const cards = cardsKey(free, this.#kindNumber);
    const key = `${cards}|${cardsLeft}|${cpuMilli}|${memoryBytes / mib}|${diskBytes / mib}`;
    const known = this.#groups.get(key);
    if (known) return known;
    const made: Group<N> = {
      key,
      free: { ...free, resources: rounded },
      most: mostOf(free.resources),
      roomiest: free.cards.reduce((most, { freeMilli }) => Math.max(most, freeMilli), 0),
      cells: new Map(),
      waste: undefined,
    };
    this.#groups.set(key, made);
    this.#all.push(made);
    return made;
  }

  #cellOf(state: NodeState): Cell<N> {
    const group = this.#groupOf(state);
    const { cpuMilli, memoryBytes, diskBytes } = state.free.resources;
    const { terms, closesAt } = state;
    const key = `${this.#termsNumber(terms)}|${cpuMilli}|${memoryBytes}|${diskBytes}|${closesAt ?? ''}`;
    const known = group.cells.get(key);
    if (known) return known;
    const made: Cell<N> = { key, group, terms, nodes: new Set() };
    group.cells.set(key, made);
    const alike = this.byTerms.get(terms);
    if (alike) alike.add(made);
    else this.byTerms.set(terms, new Set([made]));
    return made;
  }

  #takeOut(node: N): void {
    const cell = this.#where.get(node);
    if (!cell) return;
    this.#where.delete(node);
    cell.nodes.delete(node);
    if (cell.nodes.size > 0) return;
    cell.group.cells.delete(cell.key);
    const alike = this.byTerms.get(cell.terms);
    alike?.delete(cell);
    if (alike?.size === 0) this.byTerms.delete(cell.terms);
    if (cell.group.cells.size > 0) return;
    this.#groups.delete(cell.group.key);
    // Groups that are no more are forgotten when they are half of all.
    if (this.#all.length < 2 * this.#groups.size + 256) return;
    this.#all = this.#all.filter(({ cells }) => cells.size > 0);
    this.#moves += 1;
  }
}
