/**
 * What the node offers: probe answers, host facts and the owner's policy → the `Inventory` that the scheduler sees.
 * Pure. Nothing is guessed: a card without a known memory size has none on the wire, a failed probe's last good cards
 * stay listed, marked `unknown` and not offered until the tool answers again.
 */
import type { AcceleratorInfo, HostInfo, Inventory, ProbeStatus } from '../../proto/messages.ts';
import { parseAcceleratorId } from '../../proto/ids.ts';
import type { VendorState } from '../probe/snapshot.ts';
import { type PolicyNow, type SharingPolicy, withheldReason } from './policy.ts';
import { architectureOf, throughputOf } from './throughput.ts';
import { type Unit, unitsOf } from './units.ts';

/** What decides, beside the devices themselves, what is offered. */
export interface OfferRules {
  policy: SharingPolicy;
  /** That policy at this moment. */
  now: PolicyNow;
  draining: boolean;
  drainReason: string;
  drainLeftMs?: number;
  /** The cards are stand-ins (their tools were put on the tool path by a demo or a test). */
  simulated: boolean;
  /** Why a device cannot be given to a container, '' when it can. */
  ungrantable: (id: string) => string;
}

const mib = 1024 * 1024;

/** Why a card is not offered, '' when it is. */
function notOffered(unit: Unit, state: VendorState, rules: OfferRules): string {
  const { device } = unit;
  const withheld = unit.notLeasable || withheldReason(unit, rules.policy);
  if (withheld !== '') return withheld;
  if (state.status === 'failed') return `the ${state.vendor} tool does not answer: ${state.reason}`;
  if (device.health === 'failed' || device.health === 'unknown')
    return device.healthReasons.join('; ') || `health is ${device.health}`;
  if (device.unusable !== undefined) return device.unusable;
  if (device.externalUse !== undefined && rules.policy.externalUse !== 'ignore')
    return `in use by owner: ${device.externalUse}`;
  return rules.now.closedReason || rules.ungrantable(device.id);
}

/** What is known of the kind of a device. A part has its own share of the card's throughput, which nobody publishes. */
function kindOf({ device, parent }: Unit): Pick<AcceleratorInfo, 'model' | 'architecture' | 'throughput'> {
  const { vendor, reading } = device;
  const { architecture, computeCapability, memoryTotalMib: memoryMib = null } = reading;
  const model = reading.model ?? '';
  return {
    model,
    architecture: architectureOf({ vendor, model, architecture, computeCapability }),
    throughput: parent ? [] : throughputOf({ vendor, model, memoryMib }),
  };
}

/** One unit as the scheduler sees it. */
function accelerator(unit: Unit, state: VendorState, position: number, rules: OfferRules): AcceleratorInfo {
  const { device, parent } = unit;
  const { reading, partition } = device;
  const { busId, numaNode, cpuAffinity } = (parent ?? device).reading;
  const reason = notOffered(unit, state, rules);
  return {
    id: parseAcceleratorId(device.id),
    vendor: device.vendor,
    ...kindOf(unit),
    index: reading.index ?? reading.position ?? position,
    uuid: reading.uuid ?? '',
    serial: reading.serial ?? '',
    busAddress: busId ?? '',
    ...(numaNode === undefined || numaNode === null ? {} : { numaNode }),
    ...(cpuAffinity ? { cpuAffinity: cpuAffinity.slice(0, 256) } : {}),
    ...(reading.memoryTotalMib === undefined || reading.memoryTotalMib === null
      ? {}
      : { memoryBytes: reading.memoryTotalMib * mib }),
    driverVersion: state.driverVersion ?? '',
    runtimeVersion: state.runtimeVersion ?? '',
    health: state.status === 'failed' ? 'unknown' : device.health,
    healthReasons: device.healthReasons.slice(0, 16),
    offered: reason === '',
    notOfferedReason: reason.slice(0, 512),
    ...(partition ? { partition } : {}),
    links: (device.links ?? []).map((link) => ({ ...link })),
    simulated: rules.simulated,
  };
}

/**
 * Cards that the owner uses and wants back, by id, with who uses them; none but under the policy `reclaim`. The parts of
 * such a card are among them: leases name those.
 */
export function reclaimed(
  vendors: readonly VendorState[],
  policy: Pick<SharingPolicy, 'externalUse'>,
): ReadonlyMap<string, string> {
  if (policy.externalUse !== 'reclaim') return new Map();
  return new Map(
    vendors.flatMap(({ devices }) =>
      unitsOf(devices).flatMap(({ device: { id, externalUse } }) =>
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
  rules: OfferRules;
}): Inventory {
  const { generation, host, vendors, rules } = parts;
  const accelerators = vendors.flatMap((state) =>
    unitsOf(state.devices).map((unit, i) => accelerator(unit, state, i, rules)),
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
    draining: rules.draining,
    drainReason: rules.drainReason,
    ...(rules.drainLeftMs === undefined ? {} : { drainLeftMs: rules.drainLeftMs }),
    ownerPolicy: rules.now.told,
  };
}
