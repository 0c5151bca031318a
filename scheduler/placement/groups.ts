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
import { heightOf, type Shelf, Shelves } from './shelf.ts';

/** What grouping needs to know of a node. */
export interface NodeState {
  free: NodeFree;
  /** Equal for nodes of equal labels, region, owner and owner's rules (`fleet/layout.ts`). */
  terms: string;
  /** When the owner's hours end, monotonic ms; undefined: they do not. */
  closesAt: number | undefined;
}

/** All cells of the same terms. */
export interface Terms<N> {
  readonly key: string;
  /** Another one for each. */
  readonly number: number;
  /** By the shelf of their group; none is empty. */
  readonly shelves: Map<Shelf<Group<N>>, Set<Cell<N>>>;
}

/** Nodes that no requirement can tell apart; never empty. */
export interface Cell<N> {
  readonly key: string;
  readonly group: Group<N>;
  readonly terms: Terms<N>;
  readonly closesAt: number | undefined;
  readonly nodes: Set<N>;
}

/** Nodes that rank the same. */
export interface Group<N> {
  readonly key: string;
  /** Growing with every group. */
  readonly born: number;
  readonly shelf: Shelf<Group<N>>;
  /** Of one of its nodes, with the host rounded down. */
  readonly free: NodeFree;
  /** The host rounded up. */
  readonly most: Resources;
  /** What is left of the card of which most is left. */
  readonly roomiest: number;
  /** How many different amounts are left of its cards. */
  readonly amounts: number;
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

/** Texts of so many states of cards are remembered. */
const maxTexts = 16_384;

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

/** Whether the cards are of the same kinds, one by one. */
function areAlike(a: NodeFree | undefined, b: NodeFree | undefined): boolean {
  return (
    a?.cards.length === b?.cards.length &&
    (a?.cards.every(({ card }, i) => card.kind === b?.cards[i]?.card.kind) ?? true)
  );
}

/** The groups of a fleet. */
export class Groups<N> {
  readonly #shelves = new Shelves<Group<N>>();
  readonly #terms = new Map<string, Terms<N>>();
  readonly #groups = new Map<string, Group<N>>();
  readonly #where = new Map<N, Cell<N>>();
  readonly #supplies = new Map<string, Supply>();
  readonly #kindNumber = createNumbers();
  /** By shape and what is left of each card. */
  readonly #cardTexts = new Map<string, Map<string, string>>();
  #cardTextCount = 0;
  #born = 0;
  #termsMade = 0;

  /** How many nodes there are. */
  get size(): number {
    return this.#where.size;
  }

  /** How many groups there are. */
  get count(): number {
    return this.#groups.size;
  }

  /** What the next group will have as `born`. */
  get born(): number {
    return this.#born;
  }

  /** All shelves, the lowest first; another array when there are others. */
  get shelves(): readonly Shelf<Group<N>>[] {
    return this.#shelves.all;
  }

  /** All terms that some node has. */
  get terms(): Iterable<Terms<N>> {
    return this.#terms.values();
  }

  /** Puts a node where it belongs now, or takes it out. */
  put(node: N, state: NodeState | undefined): void {
    const old = this.#where.get(node);
    const cell = state && this.#cellOf(state);
    if (cell === old) return;
    // First in, then out: terms live on.
    if (cell) {
      cell.nodes.add(node);
      this.#where.set(node, cell);
    } else this.#where.delete(node);
    if (old) this.#takeOut(node, old);
    if (areAlike(old?.group.free, cell?.group.free)) return;
    this.#count(cell?.group.free, 1);
    this.#count(old?.group.free, -1);
  }

  /** How many cards of each kind there are. */
  get supplies(): Supply[] {
    return [...this.#supplies.values()].map((supply) => ({ ...supply }));
  }

  #count(free: NodeFree | undefined, by: number): void {
    for (const { card } of free?.cards ?? []) {
      const supply = this.#supplies.get(card.kind) ?? { card, count: 0 };
      supply.count += by;
      if (supply.count > 0) this.#supplies.set(card.kind, supply);
      else this.#supplies.delete(card.kind);
    }
  }

  /** `cardsKey`, remembered: nodes of one shape are in the same few states again and again. */
  #cardsText(free: NodeFree): string {
    const left = free.cards.map(({ freeMilli }) => freeMilli).join();
    const known = this.#cardTexts.get(free.shape)?.get(left);
    if (known !== undefined) return known;
    if (this.#cardTextCount >= maxTexts) {
      this.#cardTexts.clear();
      this.#cardTextCount = 0;
    }
    const ofShape = this.#cardTexts.get(free.shape) ?? new Map<string, string>();
    this.#cardTexts.set(free.shape, ofShape);
    const text = cardsKey(free, this.#kindNumber);
    ofShape.set(left, text);
    this.#cardTextCount += 1;
    return text;
  }

  #groupOf({ free }: NodeState): Group<N> {
    const rounded = roundedBy(coarse, free.resources);
    const { cpuMilli, memoryBytes, diskBytes } = rounded;
    const cardsLeft = Math.min(free.cardsLeft, free.cards.length);
    const cards = this.#cardsText(free);
    const key = `${cards}|${cardsLeft}|${cpuMilli}|${memoryBytes / mib}|${diskBytes / mib}`;
    const known = this.#groups.get(key);
    if (known) return known;
    const roomiest = free.cards.reduce((most, { freeMilli }) => Math.max(most, freeMilli), 0);
    const made: Group<N> = {
      key,
      born: this.#born,
      shelf: this.#shelves.of(
        heightOf(free.wholeCards, roomiest),
        free.cards.map(({ card }) => card),
      ),
      free: { ...free, resources: rounded },
      most: mostOf(free.resources),
      roomiest,
      amounts: new Set(free.cards.map(({ freeMilli }) => freeMilli)).size,
      cells: new Map(),
      waste: undefined,
    };
    this.#born += 1;
    this.#groups.set(key, made);
    made.shelf.add(made);
    return made;
  }

  #termsOf(key: string): Terms<N> {
    const known = this.#terms.get(key);
    if (known) return known;
    const made: Terms<N> = { key, number: this.#termsMade, shelves: new Map() };
    this.#termsMade += 1;
    this.#terms.set(key, made);
    return made;
  }

  #cellOf(state: NodeState): Cell<N> {
    const group = this.#groupOf(state);
    const terms = this.#termsOf(state.terms);
    const { cpuMilli, memoryBytes, diskBytes } = state.free.resources;
    const { closesAt } = state;
    const key = `${terms.number}|${cpuMilli}|${memoryBytes}|${diskBytes}|${closesAt ?? ''}`;
    const known = group.cells.get(key);
    if (known) return known;
    const made: Cell<N> = { key, group, terms, closesAt, nodes: new Set() };
    group.cells.set(key, made);
    const alike = terms.shelves.get(group.shelf);
    if (alike) alike.add(made);
    else terms.shelves.set(group.shelf, new Set([made]));
    return made;
  }

  #takeOut(node: N, cell: Cell<N>): void {
    const { group, terms, nodes } = cell;
    nodes.delete(node);
    if (nodes.size > 0) return;
    group.cells.delete(cell.key);
    const alike = terms.shelves.get(group.shelf);
    alike?.delete(cell);
    if (alike?.size === 0) terms.shelves.delete(group.shelf);
    if (terms.shelves.size === 0) this.#terms.delete(terms.key);
    if (group.cells.size > 0) return;
    this.#groups.delete(group.key);
    group.shelf.lose();
  }
}
