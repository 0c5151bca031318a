/** Time as the agent uses it; handed in, so that tests can step it. */
export interface Clock {
  /** Milliseconds on the machine's monotonic clock: the same in every process of one boot, never set back. */
  now(): number;
  /** Unix milliseconds by the wall clock: for people to read, never for deadlines. */
  wall(): number;
  /** Calls `run` once at or after `atMs` of `now()`; the result cancels it. */
  at(atMs: number, run: () => void): () => void;
}
