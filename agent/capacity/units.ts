/**
 * Devices as they are leased: whole cards, and the parts of a partitioned card in its place. Pure.
 *
 * INVARIANT: nothing is offered twice. A card with MIG on stays in the list, so that people see it, but is not leasable;
 * each instance is, with its own memory. Compute instances that share the memory of one GPU instance have no memory of
 * their own, so theirs is unknown.
 */
import type { PartitionReading } from '../probe/probe.ts';
import type { WatchedDevice } from '../probe/snapshot.ts';

/** One line of the inventory. */
export interface Unit {
  device: WatchedDevice;
  /** The card that it is a part of. */
  parent?: WatchedDevice;
  /** Why it cannot be leased by itself, '' when it can. */
  notLeasable: string;
}

/** `1c.3g.20gb` is a compute instance that shares the memory of a GPU instance. */
function sharesMemory(part: PartitionReading, all: readonly PartitionReading[]): boolean {
  const known = typeof part.gi === 'number';
  return /^\d+c\./.test(part.profile ?? '') || (known && all.filter(({ gi }) => gi === part.gi).length > 1);
}

function partOf(parent: WatchedDevice, part: PartitionReading, all: readonly PartitionReading[]): Unit {
  const profile = part.profile ?? '';
  const { index, model, computeCapability, architecture } = parent.reading;
  const memoryTotalMib = sharesMemory(part, all) ? null : part.memoryTotalMib;
  const device: WatchedDevice = {
    id: part.uuid ?? `${parent.id}/mig${part.index ?? `${part.gi}-${part.ci}`}`,
    vendor: parent.vendor,
    reading: {
      // The GPU's own number; which of its parts this is, says the uuid.
      ...(index === undefined ? {} : { index }),
      model: `${model ?? ''} MIG ${profile}`.trim(),
      ...(part.uuid === undefined ? {} : { uuid: part.uuid }),
      ...(memoryTotalMib === undefined ? {} : { memoryTotalMib }),
      ...(part.memoryUsedMib === undefined ? {} : { memoryUsedMib: part.memoryUsedMib }),
      ...(part.eccUncorrected === undefined ? {} : { eccUncorrected: part.eccUncorrected }),
      ...(computeCapability === undefined ? {} : { computeCapability }),
      ...(architecture === undefined ? {} : { architecture }),
    },
    // What befalls the card befalls its parts; who uses which of them, the tool does not tell.
    health: parent.health,
    healthReasons: parent.healthReasons,
    ...(parent.unusable === undefined ? {} : { unusable: parent.unusable }),
    ...(parent.externalUse === undefined ? {} : { externalUse: parent.externalUse }),
    partition: { kind: 'mig', parentId: parent.id, profile },
  };
  return { device, parent, notLeasable: part.uuid ? '' : 'the tool gives no uuid of this MIG instance' };
}

/** The units of one card: itself, then its parts. */
function unitsOfCard(device: WatchedDevice): Unit[] {
  const { migEnabled, mig = [] } = device.reading;
  if (migEnabled !== true && mig.length === 0) return [{ device, notLeasable: '' }];
  const instances = `${mig.length} instance${mig.length === 1 ? '' : 's'}`;
  const notLeasable =
    mig.length === 0
      ? 'MIG is on and there is no instance'
      : `MIG is on: its ${instances} ${mig.length === 1 ? 'is' : 'are'} leased instead`;
  return [{ device, notLeasable }, ...mig.map((part) => partOf(device, part, mig))];
}

/** All units, in the order of the devices. */
export function unitsOf(devices: readonly WatchedDevice[]): Unit[] {
  return devices.flatMap(unitsOfCard);
}
