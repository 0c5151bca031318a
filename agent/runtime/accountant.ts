/** What the runtime loop needs of metering; `usage/meter.ts` implements it, `system.ts` hands it over. */
import type { LeaseKey } from '../../proto/lease.ts';
import type { ObservedContainer } from './runtime.ts';

/** What a container has used, gathered at its end. */
export interface Used {
  cpuMs: number;
  /** From counters that outlive the container; false: the last sample before its end. */
  cpuExact: boolean;
  memoryPeakBytes: number;
  /** The kernel killed something in it for memory. */
  oomKilled: boolean;
}

/** See above. */
export interface Accountant {
  /** The parent cgroup to create the lease's container under, where one can be made. */
  parentFor(key: LeaseKey, memoryLimitBytes: number): string | undefined;
  /** The container has started: sample it from now on. */
  begin(key: LeaseKey, containerId: string): void;
  /** Read its counters now, before the engine takes them away. Cheap and synchronous. */
  sample(key: LeaseKey, containerId: string): void;
  /** The container has ended (undefined: it is gone altogether). */
  end(key: LeaseKey, container: ObservedContainer | undefined): Promise<Used>;
  /** The container is removed: leave nothing behind. */
  forget(key: LeaseKey): Promise<void>;
}
