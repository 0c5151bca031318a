/**
 * Virtual time: one queue of things that will happen, in one order. Nothing passes by itself: `World` takes the next
 * happening, lets every promise that it resolved run to its end, and checks the invariants.
 *
 * A happening may belong to a `Life`, one run of one process: when the process is dead it never happens, when it is
 * frozen (SIGSTOP) it happens after the thaw. So code of the product is killed and stopped from outside, anywhere.
 */
import type { Clock } from '../../agent/base/clock.ts';
import { createHeap } from '../../scheduler/heap.ts';

/** One run of one process. */
export interface Life {
  readonly name: string;
  alive: boolean;
  /** True time until which it does nothing. */
  frozenUntil: number;
}

/** A process that has just started. */
export function newLife(name: string): Life {
  return { name, alive: true, frozenUntil: 0 };
}

interface Happening {
  at: number;
  order: number;
  life: Life | undefined;
  run: () => void;
  isCancelled: boolean;
}

/** The queue; see the head of this file. */
export class SimTime {
  now = 0;
  #order = 0;
  readonly #queue = createHeap<Happening>((a, b) => a.at < b.at || (a.at === b.at && a.order < b.order));

  /** `run` will happen in `ms`, unless the result is called or `life` is over by then. */
  after(ms: number, life: Life | undefined, run: () => void): () => void {
    return this.at(this.now + Math.max(0, ms), life, run);
  }

  /** The same at a moment; one that has passed is now. */
  at(at: number, life: Life | undefined, run: () => void): () => void {
    this.#order += 1;
    // In steps of about a microsecond, so that sums of times are exact and nothing is due a rounding error too soon.
    const due = Math.ceil(at * 1024) / 1024;
    const happening = { at: Math.max(due, this.now), order: this.#order, life, run, isCancelled: false };
    this.#queue.push(happening);
    return () => {
      happening.isCancelled = true;
    };
  }

  /** Resolves in `ms` in the process `life`; never when that is over. */
  sleep(ms: number, life: Life | undefined): Promise<void> {
    return new Promise((resolve) => {
      this.after(ms, life, resolve);
    });
  }

  /** Moves on to the next happening not after `until` and runs it; false when there is none. */
  next(until: number): boolean {
    for (let first = this.#queue.peek(); first; first = this.#queue.peek()) {
      if (first.at > until) return false;
      this.#queue.pop();
      const { life } = first;
      if (first.isCancelled || life?.alive === false) continue;
      if (life && life.frozenUntil > first.at) {
        first.at = life.frozenUntil;
        this.#queue.push(first);
        continue;
      }
      this.now = Math.max(this.now, first.at);
      first.run();
      return true;
    }
    return false;
  }
}

/** The clocks of one machine: monotonic since its boot, and a wall clock that may jump. */
export class MachineClock {
  readonly #time: SimTime;
  #bootedAt: number;
  /** How far the wall clock is off, in ms. */
  wallSkew = 0;

  constructor(time: SimTime, upForMs: number) {
    this.#time = time;
    this.#bootedAt = time.now - upForMs;
  }

  /** The machine starts again: its monotonic clock begins anew. */
  reboot(): void {
    this.#bootedAt = this.#time.now - 5_000;
  }

  /** The clock as a process sees it. */
  of(life: Life): Clock {
    const time = this.#time;
    const bootedAt = this.#bootedAt;
    return {
      now: () => time.now - bootedAt,
      wall: () => 1_800_000_000_000 + time.now + this.wallSkew,
      at: (atMs, run) => time.at(atMs + bootedAt, life, run),
    };
  }
}
