/**
 * How good a node is for a requirement, and which of its cards it would be: pure.
 *
 * Ranks are compared in this order, less is better:
 * 1. comfort: cards that are joined by links before cards that are not; parts of a card before whole cards, and the
 *    smallest part that will do;
 * 2. for `pack`, how much waste the placement adds (`fragmentation.ts`) and how scarce its cards are (`scarcity.ts`), in
 *    steps; for `spread`, how much of the node is leased;
 * 3. a tie: the node with the least left, a card being worth 16 cores and 128 GiB. Without steps and tie the measure
 *    would decide by differences that mean nothing; choosing among equals at random costs five points of allocation.
 */
import { assertNever } from '../../proto/codes.ts';
import { type Resources, subtract } from '../../proto/resources.ts';
import type { FreeCard, NodeFree } from '../fleet/capacity.ts';
import { type Candidate, lacks, usableCards } from './filter.ts';
import { createWaste, type Waste, wasteUnit } from './fragmentation.ts';
import type { Mix } from './mix.ts';
import type { Needs, Requirement } from './requirement.ts';
import { scarcityOf, type Supply } from './scarcity.ts';

/** How good it is; less is better, in this order. */
export interface Rank {
  comfort: number;
  score: number;
  tie: number;
}

/** Cards that a lease could have, and how good that would be. */
export interface Option {
  cards: FreeCard[];
  rank: Rank;
}

/** What ranking needs of a node. */
export type Ranked = Pick<Candidate, 'free' | 'cardHourMicroYuan'>;

/** Waste that differs by less than this many thousandths of a card counts as the same. */
const wasteStep = 5;

const gib = 1024 ** 3;
/** Larger than the GiB of any part of a card. */
const wholeCard = 4096;

/** Whether `a` is better than `b`. */
export function isBetter(a: Rank, b: Rank): boolean {
  if (a.comfort !== b.comfort) return a.comfort < b.comfort;
  return a.score === b.score ? a.tie < b.tie : a.score < b.score;
}

/** Cards by `key`, those of fewest first; within, as they come. */
function fewestFirst(cards: FreeCard[], key: (card: FreeCard) => number): FreeCard[][] {
  const [first] = cards;
  if (first && cards.every((one) => key(one) === key(first))) return [cards];
  return [...Map.groupBy(cards, key).values()].sort((a, b) => a.length - b.length);
}

/** `count` of `cards`, near the same CPUs when that is possible. */
function near(cards: FreeCard[], count: number): FreeCard[] {
  if (cards.length === count) return cards;
  const nodes = fewestFirst(cards, ({ card }) => card.info.numaNode ?? -1);
  return (nodes.find((node) => node.length >= count) ?? cards).slice(0, count);
}

/** Whole cards of one model: of the smallest island that has enough, else of as few islands as possible. */
function wholeCards(usable: FreeCard[], { cards: count, linked }: Needs): FreeCard[] | undefined {
  if (usable.length === count && !linked) return usable;
  const islands = fewestFirst(usable, ({ card }) => card.island);
  const island = islands.find(
    (cards) => cards.length >= count && (!linked || count === 1 || (cards[0]?.card.island ?? -1) >= 0),
  );
  if (island) return near(island, count);
  return linked && count > 1 ? undefined : islands.reverse().flat().slice(0, count);
}

/** One card of each state: on alike ones a share is as good. */
function shares(usable: readonly FreeCard[], cardsLeft: number): FreeCard[][] {
  const seen: FreeCard[] = [];
  for (const one of usable) {
    if (cardsLeft === 0 && one.freeMilli === 1000) continue;
    const { kind, island } = one.card;
    if (
      !seen.some(
        ({ card, freeMilli }) => freeMilli === one.freeMilli && card.kind === kind && card.island === island,
      )
    )
      seen.push(one);
  }
  return seen.map((one) => [one]);
}

/** The choices of cards worth comparing; none when the cards do not suffice. */
function choices(needs: Needs, node: Ranked): FreeCard[][] {
  if (needs.cards === 0) return [[]];
  const groups = [...usableCards(needs, node).values()];
  if (needs.milli < 1000) return groups.flatMap((usable) => shares(usable, node.free.cardsLeft));
  return groups.flatMap((usable) => {
    if (usable.length < needs.cards || needs.cards > node.free.cardsLeft) return [];
    const cards = wholeCards(usable, needs);
    return cards ? [cards] : [];
  });
}

function comfort(cards: readonly FreeCard[]): number {
  const first = cards[0]?.card;
  if (!first) return 0;
  const islands = new Set(cards.map(({ card }) => card.island)).size;
  const { partition, memoryBytes = 0 } = first.info;
  const size = partition ? Math.min(Math.floor(memoryBytes / gib), wholeCard - 1) : wholeCard;
  return (islands - 1) * 2 * wholeCard + size;
}

function freeMilliOf(cards: readonly FreeCard[]): number {
  return cards.reduce((sum, { freeMilli }) => sum + freeMilli, 0);
}

/** What is left, in thousandths of a core: a card is worth 16 of them, and 8 GiB one. */
function worth(freeMilli: number, { cpuMilli, memoryBytes }: Resources): number {
  return 16 * freeMilli + cpuMilli + Math.floor((memoryBytes / gib) * 125);
}

/** Ranks by one mix; it remembers what kinds of cards mean to the mix. */
export interface Ranker {
  /** The best cards of a node whose host has room, undefined when none will do; `before`: the node's waste, if it is
   * known. */
  best(requirement: Requirement, node: Ranked, before?: number): Option | undefined;
  /** The waste of a node as it is. */
  waste(free: NodeFree): number;
}

/** A ranker by `mix` over a fleet of `supplies`. */
export function createRanker(mix: Mix, supplies: readonly Supply[]): Ranker {
  const waste: Waste = createWaste(mix);
  const scarcity = scarcityOf(mix, supplies);

  function rankOf(requirement: Requirement, free: NodeFree, cards: FreeCard[], before: number): Rank {
    const { milli, resources, strategy } = requirement;
    const left = subtract(free.resources, resources);
    const delta = waste.of(free.cards, left, { cards, milli }) - before;
    const scarce = cards.reduce((sum, { card }) => sum + (scarcity.get(card.kind) ?? 1), 0) * milli;
    const steps = Math.round((delta / wasteUnit + scarce) / wasteStep);
    const freeMilli = freeMilliOf(free.cards);
    const tie = worth(freeMilli - milli * cards.length, left);
    switch (strategy) {
      case 'pack':
        return { comfort: comfort(cards), score: steps, tie };
      case 'spread':
        return { comfort: comfort(cards), score: free.cards.length * 1000 - freeMilli, tie: -tie };
      default:
        return assertNever(strategy);
    }
  }

  return {
    waste: (free) => waste.of(free.cards, free.resources),
    best(requirement, node, before) {
      const base = before ?? waste.of(node.free.cards, node.free.resources);
      let best: Option | undefined;
      for (const cards of choices(requirement, node)) {
        const rank = rankOf(requirement, node.free, cards, base);
        // Of a node's own cards the fullest, when there is nothing else between them.
        const isFuller = best !== undefined && (cards[0]?.freeMilli ?? 0) < (best.cards[0]?.freeMilli ?? 0);
        if (!best || isBetter(rank, best.rank) || (!isBetter(best.rank, rank) && isFuller))
          best = { cards, rank };
      }
      return best;
    },
  };
}

/** The cards for the requirement on a node; undefined when it does not fit. No cards for a requirement of none. */
export function chooseCards(
  requirement: Requirement,
  node: Candidate,
  ranker: Ranker,
): FreeCard[] | undefined {
  return lacks(requirement, node) ? undefined : ranker.best(requirement, node)?.cards;
}
