/**
 * How much of what a node has free is of no use to the requests that are expected: the fragmentation measure of FGD
 * (Weng et al., USENIX ATC 2023) with two additions. Pure.
 *
 * For a request of the mix, the free share of a node is wasted as far as the request cannot use it:
 * - all of it when the host has too little CPU, memory or disk;
 * - each card of another kind than it wants; each card on which too little is left for a share; each card that is not
 *   wholly free, for a request of whole cards, and those of islands on which too few are free.
 * Two more terms look further than one request ahead:
 * - copies: what is left over when the request comes again and again until the host or the cards run out;
 * - residue: what is left of each card, on average, when shares of the mix come at random until none fits.
 *
 * The sum over the mix, by weight, is the node's waste: an integer in thousandths of a card times `wasteUnit`.
 */
import type { Resources } from '../../proto/resources.ts';
import type { FreeCard } from '../fleet/capacity.ts';
import type { LeasableCard } from '../fleet/layout.ts';
import { coarse } from './coarse.ts';
import { isWanted } from './filter.ts';
import { type Mix, type MixShape, mixUnit } from './mix.ts';

/** How the terms count, in tenths: measured over all workloads of the openb trace (docs/performance.md). */
const oneWeight = 9;
const copiesWeight = 1;
const residueWeight = 3;

/** One thousandth of a card that is wasted for every request. */
export const wasteUnit = mixUnit * (oneWeight + copiesWeight);

/** The requests of the mix that want a kind of card, as columns that are quick to run through. */
interface Shapes {
  weight: Int32Array;
  cards: Int32Array;
  milli: Int32Array;
  cpuMilli: Float64Array;
  memoryMib: Float64Array;
  diskMib: Float64Array;
}

/** What a kind of card means to the mix. */
interface Kind {
  /** The weight of the requests that cannot use it. */
  useless: number;
  shapes: Shapes;
  /** By what is left of the card: the expected residue, weighted. */
  residue: Float64Array;
}

/** What is left of a node's cards of one kind. */
interface Left {
  free: number;
  /** Different amounts that are left, and of how many cards. */
  milli: number[];
  count: number[];
  /** Wholly free cards by island. */
  whole: Map<number, number>;
}

/** What is left of a node's host, rounded down, but never nothing: it is divided by what is needed. */
interface HostLeft {
  cpuMilli: number;
  memoryMib: number;
  diskMib: number;
}

/** Cards that are tried out for a lease, and how much of each it would take. */
export interface Trial {
  cards: readonly FreeCard[];
  milli: number;
}

/** Measures waste by one mix. */
export interface Waste {
  /** The waste of a node with these cards and so much left of its host; with what `trial` takes taken from the cards. */
  of(cards: readonly FreeCard[], resources: Resources, trial?: Trial): number;
}

const mib = 1024 ** 2;

function shapesOf(shapes: readonly MixShape[]): Shapes {
  const column = (read: (shape: MixShape) => number): Int32Array => Int32Array.from(shapes, read);
  const amount = (read: (needs: MixShape['needs']) => number): Float64Array =>
    Float64Array.from(shapes, ({ needs }) => Math.ceil(read(needs)));
  return {
    weight: column(({ weight }) => weight),
    cards: column(({ needs }) => needs.cards),
    milli: column(({ needs }) => needs.milli),
    cpuMilli: amount(({ resources }) => resources.cpuMilli),
    memoryMib: amount(({ resources }) => resources.memoryBytes / mib),
    diskMib: amount(({ resources }) => resources.diskBytes / mib),
  };
}

/** residue[left]: what shares that come at random, by weight, leave of a card on average when none of them fits any
 * more. To requests that cannot use the card, all of it. */
function residueOf(shapes: readonly MixShape[], useless: number): Float64Array {
  const left = new Float64Array(1001);
  for (let milli = 1; milli <= 1000; milli += 1) {
    let weights = 0;
    let sum = 0;
    for (const { weight, needs } of shapes) {
      if (needs.milli > milli) continue;
      weights += weight;
      sum += weight * (left[milli - needs.milli] ?? 0);
    }
    left[milli] = weights > 0 ? sum / weights : milli;
  }
  const useful = mixUnit - useless;
  return left.map((value, milli) => Math.round(residueWeight * (useful * value + useless * milli)));
}

function kindOf(mix: Mix, card: LeasableCard): Kind {
  const wanting = mix.shapes.filter(({ needs }) => needs.cards > 0 && isWanted(card, needs));
  const useless = mix.shapes.reduce((sum, { weight }) => sum + weight, 0) - weightOf(wanting);
  const withCards = mix.shapes.filter(({ needs }) => needs.cards > 0);
  const otherKind = weightOf(withCards) - weightOf(wanting);
  const share = withCards.length > 0 ? otherKind / weightOf(withCards) : 0;
  return { useless, shapes: shapesOf(wanting), residue: residueOf(wanting, share * mixUnit) };
}

function weightOf(shapes: readonly MixShape[]): number {
  return shapes.reduce((sum, { weight }) => sum + weight, 0);
}

/** How many wholly free cards are on islands on which a request of `cards` fits; all of them when it fits on none but on
 * several together. */
function wholeFor({ whole }: Left, cards: number): number {
  let fitting = 0;
  let all = 0;
  for (const count of whole.values()) {
    all += count;
    if (count >= cards) fitting += count;
  }
  return fitting === 0 && all >= cards ? all : fitting;
}

/** The waste of the cards of one kind. */
function wasteOf({ useless, shapes, residue }: Kind, left: Left, host: HostLeft): number {
  const { free, milli: lefts, count: counts } = left;
  const all = oneWeight + copiesWeight;
  let waste = useless * all * free;
  for (let run = 0; run < lefts.length; run += 1)
    waste += (residue[lefts[run] ?? 0] ?? 0) * (counts[run] ?? 0);
  let wholeCards = -1;
  let whole = 0;
  for (let at = 0; at < shapes.weight.length; at += 1) {
    const weight = shapes.weight[at] ?? 0;
    const copies = Math.floor(
      Math.min(
        host.cpuMilli / (shapes.cpuMilli[at] ?? 1),
        host.memoryMib / (shapes.memoryMib[at] ?? 1),
        host.diskMib / (shapes.diskMib[at] ?? 1),
      ),
    );
    const milli = shapes.milli[at] ?? 0;
    const cards = shapes.cards[at] ?? 0;
    let one = free;
    let many = free;
    if (copies > 0 && milli < 1000) {
      let places = 0;
      for (let run = 0; run < lefts.length; run += 1) {
        const amount = lefts[run] ?? 0;
        if (amount < milli) continue;
        const count = counts[run] ?? 0;
        one -= amount * count;
        places += (milli > 500 ? 1 : Math.floor(amount / milli)) * count;
      }
      many -= Math.min(places, copies) * milli;
    } else if (copies > 0) {
      if (cards !== wholeCards) {
        wholeCards = cards;
        whole = wholeFor(left, cards);
      }
      one -= whole * 1000;
      many -= Math.min(whole, copies * cards) * 1000;
    }
    waste += weight * (oneWeight * one + copiesWeight * many);
  }
  return waste;
}

function add(left: Left, milli: number, island: number): void {
  left.free += milli;
  const run = left.milli.indexOf(milli);
  if (run >= 0) left.count[run] = (left.count[run] ?? 0) + 1;
  else {
    left.milli.push(milli);
    left.count.push(1);
  }
  if (milli === 1000) left.whole.set(island, (left.whole.get(island) ?? 0) + 1);
}

/** The measure of `mix`. */
export function createWaste(mix: Mix): Waste {
  const kinds = new Map<string, Kind>();

  function knownKind(card: LeasableCard): Kind {
    const known = kinds.get(card.kind) ?? kindOf(mix, card);
    kinds.set(card.kind, known);
    return known;
  }

  return {
    of(cards, resources, trial) {
      if (mix.shapes.length === 0) return 0;
      const host = {
        cpuMilli: Math.max(1, coarse(resources.cpuMilli)),
        memoryMib: Math.max(1, coarse(Math.floor(resources.memoryBytes / mib))),
        diskMib: Math.max(1, coarse(Math.floor(resources.diskBytes / mib))),
      };
      // A lease never mixes models, so what is left of each kind is judged by itself; there is one kind, mostly.
      const byKind = new Map<string, { card: LeasableCard; left: Left }>();
      let last: { card: LeasableCard; left: Left } | undefined;
      for (const one of cards) {
        const taken = trial?.cards.includes(one) ? trial.milli : 0;
        const milli = one.freeMilli - taken;
        if (milli === 0) continue;
        const { card } = one;
        if (last?.card.kind !== card.kind) {
          last = byKind.get(card.kind) ?? {
            card,
            left: { free: 0, milli: [], count: [], whole: new Map() },
          };
          byKind.set(card.kind, last);
        }
        add(last.left, milli, card.island);
      }
      let waste = 0;
      for (const { card, left } of byKind.values()) waste += wasteOf(knownKind(card), left, host);
      return waste;
    },
  };
}
