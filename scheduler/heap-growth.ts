/**
 * How far V8's heap may grow between two full collections (edge): little as long as the scheduler mostly keeps agents in
 * mind, since 15,000 of them would otherwise wait beside as much garbage again; far while leases are granted
 * fast, since collecting then costs a third of all processor time (docs/performance.md).
 */
import { setFlagsFromString } from 'node:v8';
import type { Clock } from './ports.ts';

/** Growth of a heap that is kept small, and of one that may grow, in percent of what is in use. V8 by itself lets it grow by
 * 300; every full collection holds up hundreds of jobs, however large the heap was. */
const smallPercent = 30;
const freePercent = 700;
/** So many leases a second are many. */
const busyPerSecond = 100;
/** The heap is kept small again after so long without many. */
const calmMs = 60_000;
const lookMs = 1_000;

/** Whether the heap may grow freely, looked at once a second. Pure. */
export class Growth {
  #granted: number;
  #busyAt = Number.NEGATIVE_INFINITY;

  /** `granted`: all leases granted so far. */
  constructor(granted: number) {
    this.#granted = granted;
  }

  isFree(granted: number, now: number): boolean {
    if (granted - this.#granted >= (busyPerSecond * lookMs) / 1000) this.#busyAt = now;
    this.#granted = granted;
    return now - this.#busyAt < calmMs;
  }
}

/** Lets the heap of this process grow as is good for now; `granted` counts leases. The result ends that. */
export function paceHeap(granted: () => number, clock: Clock): () => void {
  const growth = new Growth(granted());
  let wasFree: boolean | undefined;
  let cancel = (): void => {};
  const look = (): void => {
    const isFree = growth.isFree(granted(), clock.now());
    if (isFree !== wasFree)
      setFlagsFromString(`--heap-growing-percent=${isFree ? freePercent : smallPercent}`);
    wasFree = isFree;
    cancel = clock.at(clock.now() + lookMs, look);
  };
  look();
  return () => cancel();
}
