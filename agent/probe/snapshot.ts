/** What the watcher knows at this moment about each vendor; read without waiting for any tool. Types only. */
import type { ProbedDevice, Vendor } from './probe.ts';

/** One vendor's last answers. `pending`: not answered yet since the start. */
export interface VendorState {
  vendor: Vendor;
  status: 'pending' | 'present' | 'absent' | 'failed';
  /** Why absent or failed; '' otherwise. */
  reason: string;
  /** Age in ms of the devices below when the last look failed; null when they are current or there are none. */
  lastGoodAgeMs: number | null;
  devices: ProbedDevice[];
  driverVersion: string | null;
  runtimeVersion: string | null;
  /** Monotonic ms at which the devices' changing values were read; null before the first. */
  sampledAtMs: number | null;
}

/** All vendors, and the generation of the partition layout they show. */
export interface ProbeSnapshot {
  vendors: VendorState[];
  /** Boot id and partition layout: changes when cards or partitions come or go. */
  generation: string;
}
