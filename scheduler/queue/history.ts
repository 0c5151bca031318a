/**
 * What jobs really take: a guess of a job's run time from those of its user's earlier jobs of as many cards, for the
 * order within an organisation when time limits say little. Bounded: the newest few run times of each kind, of the
 * newest few thousand kinds.
 */

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
  const kinds = new Map<string, number[]>();
  return {
    note(kind, ms) {
      const times = kinds.get(kind) ?? [];
      kinds.delete(kind);
      kinds.set(kind, [...times.slice(-(keptTimes - 1)), ms]);
      for (const oldest of kinds.keys()) {
        if (kinds.size <= keptKinds) break;
        kinds.delete(oldest);
      }
    },
    guess(kind) {
      const times = kinds.get(kind);
      if (!times || times.length < leastTimes) return undefined;
      return [...times].sort((a, b) => a - b)[times.length >> 1];
    },
  };
}
