/** Times what this thread does, and how much of that it only waited for a processor: others may use the machine too. */
import { closeSync, openSync, readSync } from 'node:fs';

/** Times, ms. */
export interface Times {
  p50: number;
  p99: number;
  /** p99 without the time in which the thread was ready and had no processor; as p99 where the kernel does not tell. */
  p99_running: number;
  max: number;
}

/** What was timed: wall time and how much of it was waiting, ms. */
export interface Timed {
  wall: number;
  waited: number;
}

/** A stopwatch. */
export interface Stopwatch {
  /** Does something and notes how long it took. */
  time(act: () => void, into: Timed[]): void;
  close(): void;
}

function openStat(): number | undefined {
  try {
    return openSync('/proc/thread-self/schedstat', 'r');
  } catch {
    return undefined;
  }
}

/** A stopwatch for the calling thread. */
export function createStopwatch(): Stopwatch {
  const stat = openStat();
  const buffer = Buffer.alloc(100);
  /** Nanoseconds in the queue of the kernel's scheduler, the second of three numbers; as ms. */
  const waited = (): number => {
    if (stat === undefined) return 0;
    const length = readSync(stat, buffer, 0, buffer.length, 0);
    return Number(buffer.toString('latin1', 0, length).split(' ')[1]) / 1e6;
  };
  return {
    time(act, into) {
      const before = waited();
      const started = performance.now();
      act();
      const wall = performance.now() - started;
      into.push({ wall, waited: waited() - before });
    },
    close() {
      if (stat !== undefined) closeSync(stat);
    },
  };
}

function at(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return Math.round(1000 * value) / 1000;
}

/** A summary. */
export function timesOf(all: readonly Timed[]): Times {
  const walls = all.map(({ wall }) => wall);
  const running = all.map(({ wall, waited }) => Math.max(0, wall - waited));
  return { p50: at(walls, 0.5), p99: at(walls, 0.99), p99_running: at(running, 0.99), max: at(walls, 1) };
}
