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
  /** Place in `Groups.all`. */
  at: number;
  /** Of one of its nodes, with the host rounded down. */
  readonly free: NodeFree;
  /** The host rounded up. */
  readonly most: Resources;
  /** Empty for a group that is no more. */
  readonly cells: Map<string, Cell<N>>;
  /** What a ranker said of its waste. */
  waste: { by: object; value: number } | undefined;
}

/** The groups. */
export interface Groups<N> {
  /** How many nodes there are. */
  readonly size: number;
  /** Groups by age, the newest last; those that are no more among them. */
  readonly all: readonly Group<N>[];
  /** Changes when groups have moved in `all`. */
  readonly moves: number;
  /** Cells by the terms of their nodes. */
  readonly byTerms: ReadonlyMap<string, ReadonlySet<Cell<N>>>;
  /** Puts a node where it belongs now, or takes it out. */
  put(node: N, state: NodeState | undefined): void;
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

/** An empty index. */
export function createGroups<N>(): Groups<N> {
  const groups = new Map<string, Group<N>>();
  const where = new Map<N, Cell<N>>();
  const byTerms = new Map<string, Set<Cell<N>>>();
  const kindNumber = createNumbers();
  const termsNumber = createNumbers();
  let all: Group<N>[] = [];
  let moves = 0;

  function groupOf({ free }: NodeState): Group<N> {
    const rounded = roundedBy(coarse, free.resources);
    const { cpuMilli, memoryBytes, diskBytes } = rounded;
    const cardsLeft = Math.min(free.cardsLeft, free.cards.length);
    const key = `${cardsKey(free, kindNumber)}|${cardsLeft}|${cpuMilli}|${memoryBytes / mib}|${diskBytes / mib}`;
    const known = groups.get(key);
    if (known) return known;
    const made: Group<N> = {
      key,
      at: all.length,
      free: { ...free, resources: rounded },
      most: mostOf(free.resources),
      cells: new Map(),
      waste: undefined,
    };
    groups.set(key, made);
    all.push(made);
    return made;
  }

  function cellOf(state: NodeState): Cell<N> {
    const group = groupOf(state);
    const { cpuMilli, memoryBytes, diskBytes } = state.free.resources;
    const { terms, closesAt } = state;
    const key = `${termsNumber(terms)}|${cpuMilli}|${memoryBytes}|${diskBytes}|${closesAt ?? ''}`;
    const known = group.cells.get(key);
    if (known) return known;
    const made: Cell<N> = { key, group, terms, nodes: new Set() };
    group.cells.set(key, made);
    const alike = byTerms.get(terms);
    if (alike) alike.add(made);
    else byTerms.set(terms, new Set([made]));
    return made;
  }

  /** Forgets groups that are no more, when they are half of all. */
  function tidy(): void {
    if (all.length < 2 * groups.size + 256) return;
    all = all.filter(({ cells }) => cells.size > 0);
    all.forEach((group, at) => {
      group.at = at;
    });
    moves += 1;
  }

  function takeOut(node: N): void {
    const cell = where.get(node);
    if (!cell) return;
    where.delete(node);
    cell.nodes.delete(node);
    if (cell.nodes.size > 0) return;
    cell.group.cells.delete(cell.key);
    const alike = byTerms.get(cell.terms);
    alike?.delete(cell);
    if (alike?.size === 0) byTerms.delete(cell.terms);
    if (cell.group.cells.size > 0) return;
    groups.delete(cell.group.key);
    tidy();
  }

  return {
    get size() {
      return where.size;
    },
    get all() {
      return all;
    },
    get moves() {
      return moves;
    },
    byTerms,
    put(node, state) {
      takeOut(node);
      if (!state) return;
      const cell = cellOf(state);
      cell.nodes.add(node);
      where.set(node, cell);
    },
  };
}
