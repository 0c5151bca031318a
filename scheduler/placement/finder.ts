/**
 * Finds nodes for requirements in a fleet of any size: `filter.ts` says whether a node will do and `rank.ts` how good it
 * is, here they are asked about as few nodes as possible.
 *
 * INVARIANT: a node is found whenever one fits, and it ranks best, by the rounding of `groups.ts`, among those that have
 * been ranked; in a fleet of up to `budget` groups that is all of them.
 */
import type { FreeCard } from '../fleet/capacity.ts';
import { type Candidate, lacks, lacksTerms } from './filter.ts';
import { Gang, modelsFor } from './gang.ts';
import { type Cell, Groups, type NodeState } from './groups.ts';
import { type Mix, noMix } from './mix.ts';
import { chooseCards, createRanker, isBetter, type Rank, type Ranker } from './rank.ts';
import { hasRoom, Rankings } from './rankings.ts';
import type { Requirement } from './requirement.ts';

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

/** New states of nodes that are ranked for one request. */
const defaultBudget = 16;
/** Groups tried in order of rank before those of suitable terms are looked up instead. */
const patience = 256;
/** Of those so many are ranked. */
const mostRanked = 64;
/** A gang looks at so many nodes for each that it needs before it gives up on one region. */
const gangPatience = 32;

/** Finds nodes among those it was told of. */
export class Finder<N> {
  readonly #ports: FinderPorts<N>;
  readonly #groups = new Groups<N>();
  readonly #rankings: Rankings<N>;
  #rankedBy: { mix: Mix; size: number; ranker: Ranker } = {
    mix: noMix,
    size: 0,
    ranker: createRanker(noMix, []),
  };

  constructor(ports: FinderPorts<N>, budget = defaultBudget) {
    this.#ports = ports;
    this.#rankings = new Rankings(this.#groups, ports.cardHourMicroYuan, budget);
  }

  /** How many nodes there are. */
  get size(): number {
    return this.#groups.size;
  }

  /** How many states the nodes are in, about. */
  get states(): number {
    return this.#groups.all.length;
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
    let tried = 0;
    const isOver = this.#rankings.walk(requirement, this.ranker, ({ cells }) => {
      tried += 1;
      for (const cell of cells.values()) if (this.#gather(gang, cell, requirement, now)) return true;
      return tried === patience;
    });
    if (isOver && !gang.best()) {
      for (const cells of this.#suitable(requirement, now))
        for (const cell of cells)
          if (hasRoom(cell.group, requirement) && this.#gather(gang, cell, requirement, now)) break;
    }
    const best = gang.best();
    if (!best) return undefined;
    const ofModel = requirement.cards === 0 ? requirement : { ...requirement, models: [best.model] };
    return best.nodes.flatMap((node) => this.#fitOn(ofModel, node, now) ?? []);
  }

  /** The ranker in force: by the mix as it is, and the fleet about as it is. */
  get ranker(): Ranker {
    const mix = this.#ports.mix();
    const { size } = this.#groups;
    const known = this.#rankedBy;
    if (mix !== known.mix || Math.abs(size - known.size) > known.size / 8)
      this.#rankedBy = { mix, size, ranker: createRanker(mix, this.#groups.supplies()) };
    return this.#rankedBy.ranker;
  }

  #fitOn(requirement: Requirement, node: N, now: number): Fit<N> | undefined {
    const candidate = this.#ports.view(node, now);
    const cards = candidate && chooseCards(requirement, candidate, this.ranker);
    return cards && { node, cards };
  }

  /** Some node of a cell, if its nodes will do. */
  #someOf(cell: Cell<N>, requirement: Requirement, now: number): N | undefined {
    const [node] = cell.nodes;
    const candidate = node === undefined ? undefined : this.#ports.view(node, now);
    return candidate && !lacks(requirement, candidate) ? node : undefined;
  }

  #findNode(requirement: Requirement, now: number): N | undefined {
    let found: N | undefined;
    let tried = 0;
    this.#rankings.walk(requirement, this.ranker, ({ cells }) => {
      tried += 1;
      for (const cell of cells.values()) {
        found = this.#someOf(cell, requirement, now);
        if (found !== undefined) return true;
      }
      return tried === patience;
    });
    return found ?? (tried < patience ? undefined : this.#findByTerms(requirement, now));
  }

  /** Few nodes are of the wanted terms: the best of those, without the order of all. */
  #findByTerms(requirement: Requirement, now: number): N | undefined {
    let best: { node: N; rank: Rank } | undefined;
    const { cardHourMicroYuan } = this.#ports;
    let ranked = 0;
    for (const cells of this.#suitable(requirement, now))
      for (const cell of cells) {
        const node = hasRoom(cell.group, requirement) ? this.#someOf(cell, requirement, now) : undefined;
        if (node === undefined) continue;
        ranked += 1;
        if (ranked > mostRanked) return best?.node;
        const option = this.ranker.best(requirement, { free: cell.group.free, cardHourMicroYuan });
        if (option && (!best || isBetter(option.rank, best.rank))) best = { node, rank: option.rank };
      }
    return best?.node;
  }

  /** The cells of all terms that may do: one look for each. Those whose owner's hours end are looked at one by one. */
  *#suitable(requirement: Requirement, now: number): Iterable<ReadonlySet<Cell<N>>> {
    for (const cells of this.#groups.byTerms.values()) {
      const [cell] = cells;
      const [node] = cell?.nodes ?? [];
      const candidate = node === undefined ? undefined : this.#ports.view(node, now);
      const lack = candidate && lacksTerms(requirement, candidate);
      const isPassing = lack?.kind === 'policy' && ['closed', 'closing'].includes(lack.breach.kind);
      if (candidate && (!lack || isPassing)) yield cells;
    }
  }

  /** Adds the nodes of a cell to a gang; true when it need not look further. */
  #gather(gang: Gang<N>, cell: Cell<N>, requirement: Requirement, now: number): boolean {
    const some = this.#someOf(cell, requirement, now);
    const candidate = some === undefined ? undefined : this.#ports.view(some, now);
    if (!candidate) return false;
    const models = modelsFor(requirement, candidate);
    for (const node of cell.nodes) if (gang.add(node, models, candidate.region)) return true;
    return gang.seen >= gangPatience * requirement.nodes && gang.best() !== undefined;
  }
}
