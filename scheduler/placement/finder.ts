/**
 * Finds nodes for requirements in a fleet of any size: `filter.ts` says whether a node will do and `rank.ts` how good it
 * is, here they are asked about as few nodes as possible.
 *
 * INVARIANT: a node is found whenever one fits, and it ranks best, by the rounding of `groups.ts`, among those that have
 * been ranked; in a fleet of up to `budget` groups that is all of them.
 */
import type { FreeCard } from '../fleet/capacity.ts';
import { type Candidate, lacks, lacksTerms } from './filter.ts';
import { createGang, type Gang, modelsFor } from './gang.ts';
import { type Cell, createGroups, type Group, type NodeState } from './groups.ts';
import { type Mix, noMix } from './mix.ts';
import { chooseCards, createRanker, isBetter, type Rank, type Ranked, type Ranker } from './rank.ts';
import { createRankings } from './rankings.ts';
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

/** Finds nodes. */
export interface Finder<N> {
  /** How many nodes there are. */
  readonly size: number;
  /** Puts a node where its capacity belongs, or takes it out. Must be told of every change. */
  put(node: N, state: NodeState | undefined): void;
  /** The best node; undefined when none fits. */
  find(requirement: Requirement, now: number): Fit<N> | undefined;
  /** The best of `nodes`, which need not be in the index. */
  findAmong(requirement: Requirement, nodes: Iterable<N>, now: number): Fit<N> | undefined;
  /** `requirement.nodes` nodes, all with cards of one model, of one region when there are enough soon; undefined when
   * there are too few. */
  findGang(requirement: Requirement, now: number): Fit<N>[] | undefined;
  /** How good a node is now; undefined when it does not fit. */
  rank(requirement: Requirement, candidate: Candidate): Rank | undefined;
}

/** New states of nodes that are ranked for one request. */
const defaultBudget = 256;
/** Groups tried in order of rank before those of suitable terms are looked up instead. */
const patience = 256;
/** A gang looks at so many nodes for each that it needs before it gives up on one region. */
const gangPatience = 32;

/** A finder over no nodes. */
export function createFinder<N>(ports: FinderPorts<N>, budget = defaultBudget): Finder<N> {
  const groups = createGroups<N>();
  const rankings = createRankings(groups, ports.cardHourMicroYuan, budget);
  let rankedBy: { mix: Mix; ranker: Ranker } = { mix: noMix, ranker: createRanker(noMix) };

  function ranker(): Ranker {
    const mix = ports.mix();
    if (mix !== rankedBy.mix) rankedBy = { mix, ranker: createRanker(mix) };
    return rankedBy.ranker;
  }

  function fitOn(requirement: Requirement, node: N, now: number): Fit<N> | undefined {
    const candidate = ports.view(node, now);
    const cards = candidate && chooseCards(requirement, candidate, ranker());
    return cards && { node, cards };
  }

  /** Some node of a cell, if its nodes will do. */
  function someOf(cell: Cell<N>, requirement: Requirement, now: number): N | undefined {
    const [node] = cell.nodes;
    const candidate = node === undefined ? undefined : ports.view(node, now);
    return candidate && !lacks(requirement, candidate) ? node : undefined;
  }

  function someIn({ cells }: Group<N>, requirement: Requirement, now: number): N | undefined {
    for (const cell of cells.values()) {
      const node = someOf(cell, requirement, now);
      if (node !== undefined) return node;
    }
    return undefined;
  }

  /** Few nodes are of the wanted terms: the best of those, without the order of all. */
  function findByTerms(requirement: Requirement, now: number): N | undefined {
    let best: { node: N; rank: Rank } | undefined;
    for (const cells of groups.byTerms.values()) {
      if (!meetTerms(cells, requirement, now)) continue;
      for (const cell of cells) {
        const node = someOf(cell, requirement, now);
        if (node === undefined) continue;
        const ranked: Ranked = { free: cell.group.free, cardHourMicroYuan: ports.cardHourMicroYuan };
        const option = ranker().best(requirement, ranked);
        if (option && (!best || isBetter(option.rank, best.rank))) best = { node, rank: option.rank };
      }
    }
    return best?.node;
  }

  /** Whether nodes of these terms may do; those whose owner's hours end are looked at one by one. */
  function meetTerms(cells: ReadonlySet<Cell<N>>, requirement: Requirement, now: number): boolean {
    const [cell] = cells;
    const [node] = cell?.nodes ?? [];
    const candidate = node === undefined ? undefined : ports.view(node, now);
    if (!candidate) return false;
    const lack = lacksTerms(requirement, candidate);
    const isPassing = lack?.kind === 'policy' && ['closed', 'closing'].includes(lack.breach.kind);
    return !lack || isPassing;
  }

  function findNode(requirement: Requirement, now: number): N | undefined {
    let found: N | undefined;
    let tried = 0;
    rankings.walk(requirement, ranker(), (group) => {
      found = someIn(group, requirement, now);
      tried += 1;
      return found !== undefined || tried === patience;
    });
    return found ?? (tried < patience ? undefined : findByTerms(requirement, now));
  }

  function gatherFrom(gang: Gang<N>, cell: Cell<N>, requirement: Requirement, now: number): boolean {
    const some = someOf(cell, requirement, now);
    const candidate = some === undefined ? undefined : ports.view(some, now);
    if (!candidate) return false;
    const models = modelsFor(requirement, candidate);
    for (const node of cell.nodes) if (gang.add(node, models, candidate.region)) return true;
    return gang.seen >= gangPatience * requirement.nodes && gang.best() !== undefined;
  }

  function findGang(requirement: Requirement, now: number): Fit<N>[] | undefined {
    const gang = createGang<N>(requirement.nodes);
    let tried = 0;
    const isOver = rankings.walk(requirement, ranker(), ({ cells }) => {
      tried += 1;
      for (const cell of cells.values()) if (gatherFrom(gang, cell, requirement, now)) return true;
      return tried === patience;
    });
    if (isOver && !gang.best()) {
      for (const cells of groups.byTerms.values())
        if (meetTerms(cells, requirement, now))
          for (const cell of cells) if (gatherFrom(gang, cell, requirement, now)) break;
    }
    const best = gang.best();
    if (!best) return undefined;
    const ofModel = requirement.cards === 0 ? requirement : { ...requirement, models: [best.model] };
    return best.nodes.flatMap((node) => fitOn(ofModel, node, now) ?? []);
  }

  return {
    get size() {
      return groups.size;
    },
    put: groups.put,
    find(requirement, now) {
      const node = findNode(requirement, now);
      return node === undefined ? undefined : fitOn(requirement, node, now);
    },
    findAmong(requirement, nodes, now) {
      let best: { node: N; cards: FreeCard[]; rank: Rank } | undefined;
      for (const node of nodes) {
        const candidate = ports.view(node, now);
        if (!candidate || lacks(requirement, candidate)) continue;
        const option = ranker().best(requirement, candidate);
        if (option && (!best || isBetter(option.rank, best.rank))) best = { node, ...option };
      }
      return best && { node: best.node, cards: best.cards };
    },
    findGang,
    rank: (requirement, candidate) =>
      lacks(requirement, candidate) ? undefined : ranker().best(requirement, candidate)?.rank,
  };
}
