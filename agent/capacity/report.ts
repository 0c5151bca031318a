/**
 * What the node offers: probe answers, host facts and the owner's policy → the `Inventory` that the scheduler sees.
 * Pure. Nothing is guessed: a card without a known memory size has none on the wire, a failed probe's last good cards
 * stay listed, marked `unknown` and not offered until the tool answers again.
 */
import type { AcceleratorInfo, HostInfo, Inventory, ProbeStatus } from '../../proto/messages.ts';
import { parseAcceleratorId } from '../../proto/ids.ts';
import type { VendorState, WatchedDevice } from '../probe/snapshot.ts';

/** What the owner has decided. */
export interface OwnerPolicy {
  withhold: readonly string[];
  draining: boolean;
  drainReason: string;
  /**
   * What a process that is none of ours means for a card: it is not offered while in use (`withhold`), leases on it are
   * asked to stop as well (`reclaim`), or nothing (`ignore`).
   */
  externalUse: 'withhold' | 'reclaim' | 'ignore';
  /** The cards are stand-ins (their tools were put on the tool path by a demo or a test). */
  simulated: boolean;
}

const mib = 1024 * 1024;

/** Why a card is not offered, '' when it is. */
function withheld(device: WatchedDevice, state: VendorState, policy: OwnerPolicy): string {
  if (policy.withhold.includes(device.id) || policy.withhold.includes(device.vendor))
    return 'withheld by the owner';
  if (state.status === 'failed') return `the ${state.vendor} tool does not answer: ${state.reason}`;
  if (device.health === 'failed' || device.health === 'unknown')
    return device.healthReasons.join('; ') || `health is ${device.health}`;
  if (device.unusable !== undefined) return device.unusable;
  if (device.externalUse !== undefined && policy.externalUse !== 'ignore')
    return `in use by owner: ${device.externalUse}`;
  return '';
}

/** One device as the scheduler sees it. */
function accelerator(
  device: WatchedDevice,
  state: VendorState,
  position: number,
  policy: OwnerPolicy,
): AcceleratorInfo {
  const { reading } = device;
  const reason = withheld(device, state, policy);
  return {
    id: parseAcceleratorId(device.id),
    vendor: device.vendor,
    model: reading.model ?? '',
    architecture: reading.architecture ?? '',
    index: reading.index ?? reading.position ?? position,
    uuid: reading.uuid ?? '',
    serial: reading.serial ?? '',
    busAddress: reading.busId ?? '',
    ...(reading.numaNode === undefined || reading.numaNode === null ? {} : { numaNode: reading.numaNode }),
    ...(reading.cpuAffinity ? { cpuAffinity: reading.cpuAffinity.slice(0, 256) } : {}),
    ...(reading.memoryTotalMib === undefined || reading.memoryTotalMib === null
      ? {}
      : { memoryBytes: reading.memoryTotalMib * mib }),
    driverVersion: state.driverVersion ?? '',
    runtimeVersion: state.runtimeVersion ?? '',
    health: state.status === 'failed' ? 'unknown' : device.health,
    healthReasons: device.healthReasons.slice(0, 16),
    offered: reason === '',
    notOfferedReason: reason.slice(0, 512),
    links: (device.links ?? []).map((link) => ({ ...link })),
    throughput: [],
    simulated: policy.simulated,
  };
}

/** Cards that the owner uses and wants back, by id, with who uses them; none but under the policy `reclaim`. */
export function reclaimed(
  vendors: readonly VendorState[],
  policy: Pick<OwnerPolicy, 'externalUse'>,
): ReadonlyMap<string, string> {
  if (policy.externalUse !== 'reclaim') return new Map();
  return new Map(
    vendors.flatMap(({ devices }) =>
      devices.flatMap(({ id, externalUse }) =>
        externalUse === undefined ? [] : [[id, externalUse] as const],
      ),
    ),
  );
}

/** The whole inventory; the order of `accelerators` is what heartbeats refer to. */
export function inventory(parts: {
  generation: string;
  host: HostInfo;
  vendors: readonly VendorState[];
  policy: OwnerPolicy;
}): Inventory {
  const { generation, host, vendors, policy } = parts;
  const accelerators = vendors.flatMap((state) =>
    state.devices.map((device, i) => accelerator(device, state, i, policy)),
  );
  const probes: ProbeStatus[] = vendors.flatMap((state) =>
    state.status === 'pending'
      ? []
      : [
          {
            vendor: state.vendor,
            status: state.status,
            reason: state.reason.slice(0, 1024),
            lastGoodAgeMs: Math.max(0, Math.round(state.lastGoodAgeMs ?? 0)),
          },
        ],
  );
  return {
    generation,
    host,
    accelerators,
    probes,
    draining: policy.draining,
    drainReason: policy.drainReason,
  };
}
