/** What the watcher knows at this moment about each vendor; read without waiting for any tool. Types only. */
import type { ProbedDevice, Vendor } from './probe.ts';

/** A connection to another device of this node. */
export interface DeviceLink {
  kind: 'nvlink' | 'hccs' | 'mlulink' | 'metaxlink' | 'xgmi' | 'pcie';
  /** Id of the device at the other end. */
  peerId: string;
  /** As the tool says it: `NV18`, `PIX`, `HCCS`. */
  word: string;
}

/**
 * Whose a process is. `lease`: it runs in a container of one of our leases; `container`: in another container;
 * `host`: in none, under `unit` (a service, a session, a Slurm job; '' when the kernel names none); `unknown`: the
 * process cannot be seen from here.
 */
export type ProcessOwner =
  | { kind: 'lease'; leaseId: string; containerId: string }
  | { kind: 'container'; containerId: string }
  | { kind: 'host'; unit: string }
  | { kind: 'unknown' };

/** One process on a device. */
export interface DeviceProcess {
  pid: number;
  /** '' when the tool does not say. */
  name: string;
  /** Null: not known. */
  memoryUsedMib: number | null;
  owner: ProcessOwner;
}

/** Something that the kernel said of a device. */
export interface DeviceEvent {
  /** Monotonic ms of when it was read. */
  atMs: number;
  /** `xid 79`, `pcie fatal`, `ras uncorrectable`. */
  code: string;
  severity: 'info' | 'degraded' | 'failed';
  /** In the kernel's words, shortened. */
  message: string;
}

/** A device with everything the watcher knows of it. What is absent is not known; an empty list is. */
export interface WatchedDevice extends ProbedDevice {
  /** Monotonic ms at which its changing values were read; null before the first. */
  sampledAtMs?: number | null;
  links?: readonly DeviceLink[];
  processes?: readonly DeviceProcess[];
  /** The last ones, oldest first. */
  events?: readonly DeviceEvent[];
  /** Who uses it that we did not put there, in words; absent when nobody is known to. */
  externalUse?: string;
  /** Worth knowing, but no reason to keep it from anybody. */
  notes?: readonly string[];
}

/** One vendor's last answers. `pending`: not answered yet since the start. */
export interface VendorState {
  vendor: Vendor;
  status: 'pending' | 'present' | 'absent' | 'failed';
  /** Why absent or failed; '' otherwise. */
  reason: string;
  /** Age in ms of the devices below when the last look failed; null when they are current or there are none. */
  lastGoodAgeMs: number | null;
  devices: WatchedDevice[];
  driverVersion: string | null;
  runtimeVersion: string | null;
  /** Monotonic ms at which the devices' changing values were read; null before the first. */
  sampledAtMs: number | null;
  /** What could not be learned beside the devices themselves (links, processes), and why. */
  notes?: readonly string[];
}

/** All vendors, and the generation of the partition layout they show. */
export interface ProbeSnapshot {
  vendors: VendorState[];
  /** Boot id and partition layout: changes when cards or partitions come or go. */
  generation: string;
  /** Why the kernel's log is not read; '' when it is, absent when nobody asked for it. */
  kernelLogProblem?: string;
}

/** What this agent itself has put on the node. */
export interface Ours {
  /** Lease by container id. */
  leases: ReadonlyMap<string, string>;
  /** Accelerators that leases hold. */
  cards: ReadonlySet<string>;
}
