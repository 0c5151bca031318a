/**
 * Finds nodes for requirements in a fleet of any size: `filter.ts` says whether a node will do and `rank.ts` how good it
 * is, here they are asked about as few nodes as possible.
 *
 * INVARIANT: a node is found whenever one fits, and it ranks best, by the rounding of `groups.ts`, among those that have
 * been ranked (`rankings.ts`); in a fleet of up to `budget` groups that is all of them.
 */
import type { FreeCard } from '../fleet/capacity.ts';
import { type Candidate, lacks } from './filter.ts';
import { Gang, isOfModel, modelsFor } from './gang.ts';
import { type Cell, Groups, type NodeState } from './groups.ts';
import { type Mix, noMix } from './mix.ts';
import { chooseCards, createRanker, isBetter, type Rank, type Ranker } from './rank.ts';
import { bestOf, hasRoom, Rankings } from './rankings.ts';
import type { Requirement } from './requirement.ts';
import { Suitability, type Suits } from './suitability.ts';

/** A node, and which of its cards. */
export interface Fit<N> {
  node: N;
  cards: FreeCard[];
}

/** What the finder asks about. */
export interface FinderPorts<N> {
  /** The node as it is now; undefined when it takes nothing. */
  view(node: N, now: number): Candidate | undefined;
  cardHourMicroYuan(model: string): number;
  /** The mix in force. */
  mix(): Mix;
}

/** A node of many that are equal, as it is. */
interface Some<N> {
  node: N;
  candidate: Candidate;
}

/** New states of nodes that are ranked for one request. */
const defaultBudget = 16;
/** A look in order of rank at so many states; if none of them will do, nodes are looked up by their terms instead. */
const atOne = { patience: 128, more: 0 };
/** The best of so many that are found by their terms is taken. */
const mostRanked = 12;
/** The same look for a gang, which needs many. */
const atGang = { patience: 256, more: 8 };
/** A gang looks at so many nodes for each that it needs before it gives up on one region. */
const gangPatience = 32;
/** Finds nodes among those it was told of. */
export class Finder<N> {
  readonly #ports: FinderPorts<N>;
  readonly #groups = new Groups<N>();
  readonly #rankings: Rankings<N>;
  readonly #suitability: Suitability<N>;
  #rankedBy: { mix: Mix; size: number; ranker: Ranker } = {
    mix: noMix,
    size: 0,
    ranker: createRanker(noMix, []),
  };

  constructor(ports: FinderPorts<N>, budget = defaultBudget) {
    this.#ports = ports;
    this.#suitability = new Suitability(ports.view);
    this.#rankings = new Rankings(this.#groups, ports.cardHourMicroYuan, budget);
  }

  /** How many nodes there are. */
  get size(): number {
    return this.#groups.size;
  }

  /** How many states the nodes are in, by the rounding of `groups.ts`. */
  get states(): number {
    return this.#groups.count;
  }

  /** Puts a node where its capacity belongs, or takes it out. Must be told of every change. */
  put(node: N, state: NodeState | undefined): void {
    this.#groups.put(node, state);
  }

  /** The best node; undefined when none fits. */
  find(requirement: Requirement, now: number): Fit<N> | undefined {
    const node = this.#findNode(requirement, now);
    return node === undefined ? undefined : this.#fitOn(requirement, node, now);
  }

  /** The best of `nodes`, which need not be in the index. */
  findAmong(requirement: Requirement, nodes: Iterable<N>, now: number): Fit<N> | undefined {
    let best: { node: N; cards: FreeCard[]; rank: Rank } | undefined;
    for (const node of nodes) {
      const candidate = this.#ports.view(node, now);
      if (!candidate || lacks(requirement, candidate)) continue;
      const option = this.ranker.best(requirement, candidate);
      if (option && (!best || isBetter(option.rank, best.rank))) best = { node, ...option };
    }
    return best && { node: best.node, cards: best.cards };
  }

  /** `requirement.nodes` nodes, all with cards of one model, of one region when there are enough soon; undefined when
   * there are too few. */
  findGang(requirement: Requirement, now: number): Fit<N>[] | undefined {
    const gang = new Gang<N>(requirement.nodes);
    const suits = this.#suitability.of(requirement);
    const walked = this.#rankings.walk(requirement, this.ranker, atGang, ({ cells }) => {
      for (const cell of cells.values()) if (this.#gather(gang, cell, requirement, now, suits)) return true;
      return false;
    });
    if (walked === 'undecided' && !gang.best())
      for (const cell of this.#suitable(requirement, now, suits))
        if (this.#gather(gang, cell, requirement, now, suits)) break;
    const best = gang.best();
    if (!best) return undefined;
    const fits = best.nodes.flatMap((node) => this.#fitOn(requirement, node, now, best.model) ?? []);
    return fits.length === requirement.nodes ? fits : undefined;
  }

  /** The ranker in force: by the mix as it is, and the fleet about as it is. */
  get ranker(): Ranker {
    const mix = this.#ports.mix();
    const { size } = this.#groups;
    const known = this.#rankedBy;
    if (mix !== known.mix || Math.abs(size - known.size) > known.size / 8)
      this.#rankedBy = { mix, size, ranker: createRanker(mix, this.#groups.supplies) };
    return this.#rankedBy.ranker;
  }

  /** The cards on a node, of one model if that is given. */
  #fitOn(requirement: Requirement, node: N, now: number, model = ''): Fit<N> | undefined {
    const candidate = this.#ports.view(node, now);
    if (!candidate) return undefined;
    const { free } = candidate;
    let view = candidate;
    if (model !== '' && !isOfModel(candidate, model)) {
      const ofModel = free.cards.filter(({ card }) => card.model === model);
      view = { ...candidate, free: { ...free, cards: ofModel } };
    }
    const cards = chooseCards(requirement, view, this.ranker);
    return cards && { node, cards };
  }

  /** Some node of a cell, if its nodes will do. */
  #someOf(cell: Cell<N>, requirement: Requirement, now: number, suits: Suits<N>): Some<N> | undefined {
    if (!suits(cell, now)) return undefined;
    const [node] = cell.nodes;
    const candidate = node === undefined ? undefined : this.#ports.view(node, now);
    if (node === undefined || !candidate || lacks(requirement, candidate)) return undefined;
    return { node, candidate };
  }

  #findNode(requirement: Requirement, now: number): N | undefined {
    const suits = this.#suitability.of(requirement);
    let found: N | undefined;
    const walked = this.#rankings.walk(requirement, this.ranker, atOne, ({ cells }) => {
      for (const cell of cells.values()) {
        found = this.#someOf(cell, requirement, now, suits)?.node;
        if (found !== undefined) return true;
      }
      return false;
    });
    return walked === 'undecided' ? this.#findByTerms(requirement, now, suits) : found;
  }

  /** Few nodes are of the wanted terms: the best of those, without the order of all. */
  #findByTerms(requirement: Requirement, now: number, suits: Suits<N>): N | undefined {
    let best: { node: N; rank: Rank } | undefined;
    let ranked = 0;
    for (const cell of this.#suitable(requirement, now, suits)) {
      const node = this.#someOf(cell, requirement, now, suits)?.node;
      if (node === undefined) continue;
      ranked += 1;
      if (ranked > mostRanked) break;
      const option = bestOf(cell.group, requirement, this.ranker, this.#ports.cardHourMicroYuan);
      if (option && (!best || isBetter(option.rank, best.rank))) best = { node, rank: option.rank };
    }
    return best?.node;
  }

  /** The cells with room of all terms that may do: one look for each. */
  *#suitable(requirement: Requirement, now: number, suits: Suits<N>): Iterable<Cell<N>> {
    // All cells of some terms suit, or none; but for those whose owner's hours end, which are looked at one by one.
    const all = [...this.#groups.terms].filter(({ shelves }) => {
      const [[cell] = []] = shelves.values();
      return cell !== undefined && suits(cell, now);
    });
    for (const shelf of this.#rankings.shelvesFor(requirement, this.ranker))
      for (const { shelves } of all)
        for (const cell of shelves.get(shelf) ?? []) if (hasRoom(cell.group, requirement)) yield cell;
  }

  /** Adds the nodes of a cell to a gang; true when it need not look further. */
  #gather(gang: Gang<N>, cell: Cell<N>, requirement: Requirement, now: number, suits: Suits<N>): boolean {
    const candidate = this.#someOf(cell, requirement, now, suits)?.candidate;
    if (!candidate) return false;
    if (gang.add(cell.nodes, modelsFor(requirement, candidate), candidate.region)) return true;
    return gang.seen >= gangPatience * requirement.nodes && gang.best() !== undefined;
  }
}
