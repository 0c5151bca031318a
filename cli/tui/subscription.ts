/**
 * A stream of what happens elsewhere, for a view (edge): when it breaks it is said why, and it is opened again after 1, 2, 4
 * … 10 s for as long as it takes.
 */
import type { Connection } from './model/state.ts';

/** Longest pause between two tries. */
const maxPauseMs = 10_000;

/** What has gone wrong, with the code of whoever noticed it. */
export type Failure = Error & { code?: string };
/** Why there is no connection. */
export type Cause = Extract<Connection, { kind: 'down' }>['cause'];

/** Where the stream comes from. */
export interface Source<Value> {
  /** The values of one connection: ends or rejects when it breaks. */
  open(signal: AbortSignal): AsyncIterable<Value>;
  /** Silence after which a connection counts as broken. */
  patienceMs: number;
  causeOf(error: Failure, wasLive: boolean): Cause;
}

/** Who listens. */
export interface Listener<Value> {
  heard(value: Value): void;
  down(connection: Extract<Connection, { kind: 'down' }>): void;
}

/** A subscription that lasts until it is closed. */
export interface Feed {
  /** Tries now rather than at the end of the pause. */
  retry(): void;
  close(): void;
}

/** Pause before try number `failures` (from 1). */
function pauseMs(failures: number): number {
  return Math.min(maxPauseMs, 1000 * 2 ** Math.max(0, failures - 1));
}

class Subscription<Value> implements Feed {
  readonly #source: Source<Value>;
  readonly #listener: Listener<Value>;
  #attempt: AbortController | undefined;
  #timer: NodeJS.Timeout | undefined;
  #silence: NodeJS.Timeout | undefined;
  #failures = 0;
  #since = 0;
  #live = false;
  #closed = false;

  constructor(source: Source<Value>, listener: Listener<Value>) {
    this.#source = source;
    this.#listener = listener;
    this.#subscribe();
  }

  retry(): void {
    if (this.#live || this.#closed) return;
    this.#failures = 0;
    this.#subscribe();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#silence);
    this.#attempt?.abort();
  }

  #subscribe(): void {
    clearTimeout(this.#timer);
    this.#attempt?.abort();
    const attempt = new AbortController();
    this.#attempt = attempt;
    this.#listenForSilence(attempt);
    this.#read(attempt).then(
      () => this.#lost(attempt, new Error('the other side has hung up')),
      (error: unknown) => this.#lost(attempt, error instanceof Error ? error : new Error(String(error))),
    );
  }

  async #read(attempt: AbortController): Promise<void> {
    for await (const value of this.#source.open(attempt.signal)) {
      if (attempt !== this.#attempt || this.#closed) return;
      this.#live = true;
      this.#failures = 0;
      this.#listenForSilence(attempt);
      // Outside of this reading: a fault of the view is no failure of the connection.
      setImmediate(() => this.#closed || this.#listener.heard(value));
    }
  }

  #listenForSilence(attempt: AbortController): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(
      () => this.#lost(attempt, new Error('the other side is silent')),
      this.#source.patienceMs,
    );
  }

  #lost(attempt: AbortController, error: Failure): void {
    if (attempt !== this.#attempt || this.#closed) return;
    this.#attempt = undefined;
    attempt.abort();
    clearTimeout(this.#silence);
    if (this.#failures === 0) this.#since = Date.now();
    this.#failures += 1;
    const cause = this.#source.causeOf(error, this.#live);
    this.#live = false;
    const waitMs = pauseMs(this.#failures);
    const retryAt = Date.now() + waitMs;
    this.#listener.down({ kind: 'down', cause, message: error.message, since: this.#since, retryAt });
    this.#timer = setTimeout(() => this.#subscribe(), waitMs);
  }
}

/** Subscribes; the listener is told everything that happens until `close`. */
export function subscribe<Value>(source: Source<Value>, listener: Listener<Value>): Feed {
  return new Subscription(source, listener);
}
