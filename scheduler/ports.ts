/** What the scheduler's core takes from outside, handed in at start so that tests and the simulator can replace it. */

/** Time. */
export interface Clock {
  /** Milliseconds on a monotonic clock: never set back. Deadlines are counted on it alone. */
  now(): number;
  /** Unix milliseconds by the wall clock: for people to read, never for deadlines. */
  wall(): number;
  /** Calls `run` once at or after `atMs` of `now()`; the result cancels it. */
  at(atMs: number, run: () => void): () => void;
}

/** `length` random bytes, good enough for ids and nonces. */
export type Random = (length: number) => Uint8Array;

/** Where a part says what happened: an event name and fields. Never secrets. */
export interface Log {
  debug(event: string, fields?: Record<string, unknown>): void;
  info(event: string, fields?: Record<string, unknown>): void;
  warn(event: string, fields?: Record<string, unknown>): void;
  error(event: string, fields?: Record<string, unknown>): void;
}

/** The moment at which a command is applied, with the randomness it may use. */
export interface Moment {
  /** Monotonic milliseconds. */
  now: number;
  /** Unix milliseconds. */
  wall: number;
  random: Random;
}
