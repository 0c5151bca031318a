/**
 * Meters what containers use (CPU time, memory peak, kills for memory) from the kernel's own counters.
 *
 * Where we can make a parent cgroup per lease its counters outlive the container, and the figure is exact. Where we
 * cannot (systemd driver, rootless), the container's own counters are read every `sampleMs` and once more at the end of
 * its output, and the record says that it is not exact. Wall time and card time come from the engine's own start and
 * end times and need nothing from here.
 */
import type { LeaseKey } from '../../proto/lease.ts';
import type { Accountant, Used } from '../runtime/accountant.ts';
import type { ObservedContainer } from '../runtime/runtime.ts';

/** Pause between two samples of running containers. */
export const sampleMs = 2_000;

/** Counters of one lease's containers at one moment. */
export interface Counters {
  cpuNanos: number;
  memoryPeakBytes: number;
  oomKills: number;
  /** They include everything the container did up to its end. */
  exact: boolean;
}

/** The kernel's counters; `runtime/cgroup.ts` reads the real ones. */
export interface CounterSource {
  /** With the memory limit on the parent as well, kills for memory are counted where they can still be read. */
  parentFor(lease: string, memoryLimitBytes: number): string | undefined;
  /** undefined when there is nothing to read (any more). Cheap and synchronous. */
  read(lease: string, containerId: string): Counters | undefined;
  remove(lease: string): Promise<void>;
  /** Removes once more what has come back after `remove`. */
  sweep(): void;
  /** Removes what an earlier process may have left. */
  removeAll(): Promise<void>;
}

interface Tally {
  containerId: string;
  last: Counters | undefined;
}

/** The accountant over a counter source. */
export class Meter implements Accountant {
  readonly #source: CounterSource;
  readonly #tallies = new Map<string, Tally>();

  constructor(source: CounterSource) {
    this.#source = source;
  }

  parentFor(key: LeaseKey, memoryLimitBytes: number): string | undefined {
    return this.#source.parentFor(name(key), memoryLimitBytes);
  }

  begin(key: LeaseKey, containerId: string): void {
    this.#tallies.set(name(key), { containerId, last: undefined });
  }

  sample(key: LeaseKey, containerId: string): void {
    const tally = this.#tallies.get(name(key)) ?? { containerId, last: undefined };
    tally.last = newest(tally.last, this.#source.read(name(key), containerId));
    this.#tallies.set(name(key), tally);
  }

  /** Leaves nothing behind: at the start what a crash left, later what came back. */
  async clean(when: 'start' | 'later'): Promise<void> {
    if (when === 'start') await this.#source.removeAll();
    else this.#source.sweep();
  }

  /** Samples every container that runs; called every `sampleMs`. */
  sampleAll(): void {
    for (const [lease, tally] of this.#tallies)
      tally.last = newest(tally.last, this.#source.read(lease, tally.containerId));
  }

  async end(key: LeaseKey, container: ObservedContainer | undefined): Promise<Used> {
    if (container) this.sample(key, container.id);
    const last = this.#tallies.get(name(key))?.last;
    return {
      cpuMs: Math.round((last?.cpuNanos ?? 0) / 1e6),
      cpuExact: last?.exact ?? false,
      memoryPeakBytes: last?.memoryPeakBytes ?? 0,
      oomKilled: (last?.oomKills ?? 0) > 0 && container?.exitCode === 137,
    };
  }

  async forget(key: LeaseKey): Promise<void> {
    this.#tallies.delete(name(key));
    await this.#source.remove(name(key));
  }
}

function name(key: LeaseKey): string {
  return `${key.leaseId}.${key.epoch}`;
}

/** Counters only grow: the later reading, unless it has lost something that an earlier one saw. */
function newest(before: Counters | undefined, now: Counters | undefined): Counters | undefined {
  if (!now) return before;
  if (!before) return now;
  return {
    cpuNanos: Math.max(before.cpuNanos, now.cpuNanos),
    memoryPeakBytes: Math.max(before.memoryPeakBytes, now.memoryPeakBytes),
    oomKills: Math.max(before.oomKills, now.oomKills),
    exact: now.exact,
  };
}
