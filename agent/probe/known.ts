/** Everything remembered of one vendor. Types, and the value before the first look. Pure. */
import type { HealthTrack } from './health.ts';
import type { Topology } from './links.ts';
import type { ProbedDevice, Vendor } from './probe.ts';
import type { DeviceEvent, DeviceProcess, VendorState } from './snapshot.ts';
import type { UseTrack } from './use.ts';

/** See the head of this file. Maps are by device id; times are monotonic ms. */
export interface Known {
  vendor: Vendor;
  status: VendorState['status'];
  reason: string;
  /** Time of the last good answer. */
  goodAtMs: number | null;
  sampledAtMs: number | null;
  /** As last listed, with the health that the inventory look saw. */
  devices: readonly ProbedDevice[];
  tracks: ReadonlyMap<string, HealthTrack>;
  /** When the changing values of each device were read. */
  sampledAt: ReadonlyMap<string, number>;
  /** Cards that are no longer listed, and when that was first seen. */
  vanished: readonly { device: ProbedDevice; sinceMs: number }[];
  driverVersion: string | null;
  runtimeVersion: string | null;
  /** Undefined while no matrix is known. */
  topology: Topology | undefined;
  topologyProblem: string;
  /** Undefined until a process table was read. */
  processes: ReadonlyMap<string, readonly DeviceProcess[]> | undefined;
  processesProblem: string;
  use: ReadonlyMap<string, UseTrack>;
  /** Since when a device has been busy without a reason that we know. */
  busySince: ReadonlyMap<string, number>;
  /** The last events of each device, oldest first. */
  events: ReadonlyMap<string, readonly DeviceEvent[]>;
}

/** Nothing asked yet. */
export function unasked(vendor: Vendor): Known {
  return {
    vendor,
    status: 'pending',
    reason: '',
    goodAtMs: null,
    sampledAtMs: null,
    devices: [],
    tracks: new Map(),
    sampledAt: new Map(),
    vanished: [],
    driverVersion: null,
    runtimeVersion: null,
    topology: undefined,
    topologyProblem: '',
    processes: undefined,
    processesProblem: '',
    use: new Map(),
    busySince: new Map(),
    events: new Map(),
  };
}
