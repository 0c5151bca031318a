/**
 * How much of what a node has free is of no use to the requests that are expected: the fragmentation measure of FGD
 * (Weng et al., USENIX ATC 2023) with two additions. Pure.
 *
 * For a request of the mix, the free share of a node is wasted as far as the request cannot use it:
 * - all of it when the host has too little CPU, memory or disk, or there is no such card;
 * - each card on which too little is left for a share; each card that is not wholly free, for a request of whole cards,
 *   and all cards when too few of one island are free together.
 * Two more terms look further than one request ahead:
 * - copies: what is left over when the request comes again and again until the host or the cards run out;
 * - residue: what is left of each card, on average, when shares of the mix come at random until none fits.
 *
 * The sum over the mix, by weight, is the node's waste: an integer in thousandths of a card times `wasteUnit`.
 */
import type { Resources } from '../../proto/resources.ts';
import type { FreeCard } from '../fleet/capacity.ts';
import type { LeasableCard } from '../fleet/layout.ts';
import { isWanted } from './filter.ts';
import { coarse } from './coarse.ts';
import { type Mix, mixUnit } from './mix.ts';

/** How the terms count, in tenths: measured over all workloads of the openb trace (docs/performance.md). */
const oneWeight = 9;
const copiesWeight = 1;
const residueWeight = 3;

/** One thousandth of a card that is wasted for every request. */
export const wasteUnit = mixUnit * (oneWeight + copiesWeight);

/** What is left of a card: `left` instead of `card.freeMilli` where a placement is tried out. */
export interface Part {
  card: LeasableCard;
  left: number;
}

/** The parts of a node as it is. */
export function partsOf(cards: readonly FreeCard[]): Part[] {
  return cards.map(({ card, freeMilli }) => ({ card, left: freeMilli }));
}

/** A request of the mix, as integers that are quick to compare. */
interface Shape {
  weight: number;
  cards: number;
  milli: number;
  cpuMilli: number;
  memoryMib: number;
  diskMib: number;
}

/** What a kind of card means to the mix. */
interface Kind {
  /** By shape: whether it is of the wanted kind. */
  wanted: boolean[];
  /** By what is left of the card: the expected residue, weighted. */
  residue: Float64Array;
}

/** Parts that are alike. */
interface Run {
  kind: Kind;
  island: number;
  left: number;
  count: number;
}

/** Measures waste by one mix. */
export interface Waste {
  of(parts: readonly Part[], resources: Resources): number;
}

const mib = 1024 ** 2;

/** residue[left]: what shares that come at random, by weight, leave of a card on average when none of them fits any
 * more. */
function residueOf(shapes: readonly Shape[], wanted: readonly boolean[]): Float64Array {
  const shares = shapes.filter(({ cards, milli }, i) => cards > 0 && milli > 0 && wanted[i]);
  const left = new Float64Array(1001);
  for (let milli = 1; milli <= 1000; milli += 1) {
    let weights = 0;
    let sum = 0;
    for (const shape of shares) {
      if (shape.milli > milli) continue;
      weights += shape.weight;
      sum += shape.weight * (left[milli - shape.milli] ?? 0);
    }
    left[milli] = weights > 0 ? sum / weights : milli;
  }
  return left.map((milli) => Math.round(residueWeight * mixUnit * milli));
}

function shapesOf(mix: Mix): Shape[] {
  return mix.shapes.map(({ needs: { cards, milli, resources }, weight }) => ({
    weight,
    cards,
    milli,
    cpuMilli: resources.cpuMilli,
    memoryMib: Math.ceil(resources.memoryBytes / mib),
    diskMib: Math.ceil(resources.diskBytes / mib),
  }));
}

/** Thousandths that are wasted for shares of one card: [for the next one, for as many as come]. */
function shareWaste(runs: readonly Run[], at: number, milli: number, copies: number, free: number): number {
  let wasted = free;
  let places = 0;
  for (const { kind, left, count } of runs) {
    if (left < milli || kind.wanted[at] !== true) continue;
    wasted -= left * count;
    places += (milli > 500 ? 1 : Math.floor(left / milli)) * count;
  }
  return oneWeight * wasted + copiesWeight * (free - Math.min(places, copies) * milli);
}

/** The same for whole cards: of one island when there is more than one card to it. */
function wholeWaste(runs: readonly Run[], at: number, cards: number, copies: number, free: number): number {
  let whole = 0;
  if (cards === 1) {
    for (const { kind, left, count } of runs) if (left === 1000 && kind.wanted[at] === true) whole += count;
  } else {
    const islands = new Map<number, number>();
    for (const { kind, left, island, count } of runs)
      if (left === 1000 && kind.wanted[at] === true) islands.set(island, (islands.get(island) ?? 0) + count);
    let all = 0;
    for (const count of islands.values()) {
      all += count;
      if (count >= cards) whole += count;
    }
    if (whole === 0 && all >= cards) whole = all;
  }
  const wasted = whole < cards ? free : free - whole * 1000;
  return (
    oneWeight * wasted + copiesWeight * (whole < cards ? free : free - Math.min(whole, copies * cards) * 1000)
  );
}

/** The measure of `mix`. */
export function createWaste(mix: Mix): Waste {
  const shapes = shapesOf(mix);
  const kinds = new Map<string, Kind>();

  function kindOf(card: LeasableCard): Kind {
    const known = kinds.get(card.kind);
    if (known) return known;
    const wanted = mix.shapes.map(({ needs }) => isWanted(card, needs));
    const kind = { wanted, residue: residueOf(shapes, wanted) };
    kinds.set(card.kind, kind);
    return kind;
  }

  function runsOf(parts: readonly Part[]): Run[] {
    const runs: Run[] = [];
    for (const { card, left } of parts) {
      if (left === 0) continue;
      const kind = kindOf(card);
      const { island } = card;
      const run = runs.find((one) => one.left === left && one.kind === kind && one.island === island);
      if (run) run.count += 1;
      else runs.push({ kind, island, left, count: 1 });
    }
    return runs;
  }

  return {
    of(parts, resources) {
      const runs = runsOf(parts);
      let free = 0;
      let waste = 0;
      for (const { kind, left, count } of runs) {
        free += left * count;
        waste += (kind.residue[left] ?? 0) * count;
      }
      if (free === 0) return 0;
      const cpuMilli = coarse(resources.cpuMilli);
      const memoryMib = coarse(Math.floor(resources.memoryBytes / mib));
      const diskMib = coarse(Math.floor(resources.diskBytes / mib));
      let at = 0;
      for (const shape of shapes) {
        const { weight, cards, milli } = shape;
        const copies = Math.min(
          shape.cpuMilli > 0 ? Math.floor(cpuMilli / shape.cpuMilli) : 8000,
          shape.memoryMib > 0 ? Math.floor(memoryMib / shape.memoryMib) : 8000,
          shape.diskMib > 0 ? Math.floor(diskMib / shape.diskMib) : 8000,
        );
        if (cards === 0 || copies === 0) waste += weight * (oneWeight + copiesWeight) * free;
        else if (milli < 1000) waste += weight * shareWaste(runs, at, milli, copies, free);
        else waste += weight * wholeWaste(runs, at, cards, copies, free);
        at += 1;
      }
      return waste;
    },
  };
}
