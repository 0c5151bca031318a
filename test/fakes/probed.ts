/** What a watcher shows, made up: devices of one vendor, healthy unless said otherwise. */
import type { DeviceReading, ProbedDevice, Vendor } from '../../agent/probe/probe.ts';
import type { VendorState, WatchedDevice } from '../../agent/probe/snapshot.ts';

/** A device; its id is its uuid, else vendor and index. */
export function probed(
  vendor: Vendor,
  reading: DeviceReading,
  part: Partial<ProbedDevice> = {},
): ProbedDevice {
  const id = reading.uuid ?? `${vendor}-${reading.index}`;
  return { id, vendor, reading, health: 'ok', healthReasons: [], ...part };
}

/** The state of one vendor whose tool answers. */
export function vendorState(devices: WatchedDevice[], part: Partial<VendorState> = {}): VendorState {
  return {
    vendor: devices[0]?.vendor ?? 'nvidia',
    status: 'present',
    reason: '',
    lastGoodAgeMs: null,
    devices,
    driverVersion: '550.1',
    runtimeVersion: '12.4',
    sampledAtMs: 0,
    ...part,
  };
}

/** An A100 with MIG on and these instances. */
export function migCard(
  mig: NonNullable<DeviceReading['mig']>,
  part: Partial<ProbedDevice> = {},
): ProbedDevice {
  const reading = {
    index: 1,
    minorNumber: 1,
    uuid: 'GPU-b',
    model: 'NVIDIA A100-SXM4-80GB',
    busId: '00000000:3B:00.0',
    numaNode: 1,
    memoryTotalMib: 81_920,
    computeCapability: '8.0',
    migEnabled: true,
    mig,
  };
  return probed('nvidia', reading, part);
}
