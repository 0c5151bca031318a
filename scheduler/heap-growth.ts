/**
 * How far V8's heap may grow between two full collections (edge): little as long as the scheduler mostly keeps agents in
 * mind, since 15,000 of them would otherwise wait beside as much garbage again; far while leases are granted
 * fast, since collecting then costs a third of all processor time (docs/performance.md).
 */
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import type { Clock } from './ports.ts';

/** Growth of a heap that is kept small, in percent of what is in use. */
const smallPercent = 30;
/** A heap that may grow gathers so much before everything is collected, but no more than so many percent. V8 by itself allows 300:
 * every full collection holds up hundreds of jobs, however large the heap was. */
const gatherBytes = 256 * 2 ** 20;
const mostPercent = 700;
/** So many leases a second are many. */
const busyPerSecond = 100;
/** The heap is kept small again after so long without many. */
const calmMs = 60_000;
const lookMs = 1_000;
/** What is in use is the least that was seen in so many looks: the rest was garbage. */
const looks = 30;

/** How far the heap may grow, looked at once a second. Pure. */
export class Growth {
  #granted: number;
  #busyAt = Number.NEGATIVE_INFINITY;
  readonly #used: number[] = [];

  /** `granted`: all leases granted so far. */
  constructor(granted: number) {
    this.#granted = granted;
  }

  /** In percent of what is in use; `usedBytes`: with garbage. */
  percent(granted: number, usedBytes: number, now: number): number {
    if (granted - this.#granted >= (busyPerSecond * lookMs) / 1000) this.#busyAt = now;
    this.#granted = granted;
    this.#used.push(usedBytes);
    if (this.#used.length > looks) this.#used.shift();
    if (now - this.#busyAt >= calmMs) return smallPercent;
    const percent = Math.round((100 * gatherBytes) / Math.min(...this.#used));
    return Math.max(smallPercent, Math.min(mostPercent, percent));
  }
}

/** Lets the heap of this process grow as is good for now; `granted` counts leases. The result ends that. */
export function paceHeap(granted: () => number, clock: Clock): () => void {
  const growth = new Growth(granted());
  let before: number | undefined;
  let cancel = (): void => {};
  const look = (): void => {
    const percent = growth.percent(granted(), getHeapStatistics().used_heap_size, clock.now());
    if (percent !== before) setFlagsFromString(`--heap-growing-percent=${percent}`);
    before = percent;
    cancel = clock.at(clock.now() + lookMs, look);
  };
  look();
  return () => cancel();
}
