/**
 * What is asked for, as shapes with weights: fragmentation is judged by it.
 *
 * In the scheduler the mix is learnt from the jobs that were submitted, each counting half as much as one
 * `halfLife` jobs later. The learnt mix comes into force only when it differs from the one in force by more than
 * `tolerance`, so that rankings, which are kept per mix, live long. Nobody has to say in advance what will come.
 */
import { needsKey, type Needs } from './requirement.ts';

/** One shape of request. */
export interface MixShape {
  readonly needs: Needs;
  /** Out of `mixUnit`. */
  readonly weight: number;
}

/** A mix; never changed. */
export interface Mix {
  readonly shapes: readonly MixShape[];
}

/** The weights of a mix add up to about this. */
export const mixUnit = 4096;

/** Nothing is known: nothing is fragmentation. */
export const noMix: Mix = { shapes: [] };

/** The commonest shapes that make up this share of the requests are in the mix; the rest hardly matter. */
const coverage = 0.95;
const maxShapes = 192;
const maxRemembered = 1024;

interface Count {
  needs: Needs;
  count: number;
}

/** The mix of requests that were counted. */
export function mixOf(counts: Iterable<Count>): Mix {
  const commonest = [...counts].sort((a, b) => b.count - a.count);
  const total = commonest.reduce((sum, { count }) => sum + count, 0);
  const kept: Count[] = [];
  let covered = 0;
  for (const one of commonest) {
    if (covered >= coverage * total || kept.length === maxShapes) break;
    kept.push(one);
    covered += one.count;
  }
  return {
    shapes: kept.flatMap(({ needs, count }) => {
      const weight = Math.round((mixUnit * count) / covered);
      return weight > 0 ? [{ needs, weight }] : [];
    }),
  };
}

/** How much of the weight is elsewhere in `b` than in `a`: 0 for equal mixes, 1 for mixes without a common shape. */
function distance(a: Mix, b: Mix): number {
  const weights = new Map(a.shapes.map(({ needs, weight }) => [needsKey(needs), weight]));
  let apart = 0;
  for (const { needs, weight } of b.shapes) {
    const key = needsKey(needs);
    apart += Math.abs(weight - (weights.get(key) ?? 0));
    weights.delete(key);
  }
  for (const weight of weights.values()) apart += weight;
  return apart / (2 * mixUnit);
}

/** A mix that learns. */
export interface MixLearner {
  /** The mix in force; another object when it has changed. */
  readonly mix: Mix;
  /** Counts `times` requests. */
  note(needs: Needs, times?: number): void;
}

/** A learner that knows nothing yet. */
export function createMixLearner(halfLife = 8192, tolerance = 1 / 10): MixLearner {
  const counts = new Map<string, Count>();
  // Instead of all older counts getting smaller, newer ones get bigger.
  const growth = 2 ** (1 / halfLife);
  let worth = 1;
  let noted = 0;
  let lookAt = 1;
  let mix = noMix;

  function forget(): void {
    const byCount = [...counts].sort(([, a], [, b]) => b.count - a.count);
    for (const [key] of byCount.slice(maxRemembered / 2)) counts.delete(key);
    for (const one of counts.values()) one.count /= worth;
    worth = 1;
  }

  return {
    get mix() {
      return mix;
    },
    note(needs, times = 1) {
      const key = needsKey(needs);
      const known = counts.get(key);
      if (known) known.count += worth * times;
      else counts.set(key, { needs, count: worth * times });
      worth *= growth;
      if (counts.size > maxRemembered || worth > 2 ** 64) forget();
      noted += 1;
      if (noted < lookAt) return;
      lookAt = noted + Math.min(64, noted);
      const learnt = mixOf(counts.values());
      if (distance(mix, learnt) > tolerance) mix = learnt;
    },
  };
}
