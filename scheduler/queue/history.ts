/**
 * What jobs really take: a guess of a job's run time from those of its user's earlier jobs of as many cards, for the
 * order within an organisation when time limits say little. Bounded: the newest few run times of each kind, of the
 * newest few thousand kinds.
 */

import { Recent } from '../recent.ts';

const keptTimes = 32;
const keptKinds = 10_000;
/** Below this many nothing is guessed. */
const leastTimes = 3;

/** Run times seen so far. */
export interface History {
  /** A job of `kind` ran for `ms`. */
  note(kind: string, ms: number): void;
  /** The median run time of the kind; undefined while too little is known. */
  guess(kind: string): number | undefined;
}

/** Nothing seen. */
export function createHistory(): History {
  const kinds = new Recent<number[]>(keptKinds);
  return {
    note(kind, ms) {
      const times = kinds.get(kind);
      if (!times) return kinds.set(kind, [ms]);
      times.push(ms);
      if (times.length > keptTimes) times.shift();
    },
    guess(kind) {
      const times = kinds.get(kind);
      if (!times || times.length < leastTimes) return undefined;
      return [...times].sort((a, b) => a - b)[times.length >> 1];
    },
  };
}
