/**
 * A link matrix and the devices of an inventory → each device's links to the others. Pure.
 *
 * Matrices name devices by a number (`GPU0`, `NPU3`, `Card_1`) that is the tool's index with one vendor and the physical
 * id with another. A number is believed to be a field of the devices only when that field tells all devices apart and
 * every name of the matrix finds one; else there are no links rather than links between the wrong cards.
 */
import type { DeviceReading, ProbedDevice, TopologyReading, Vendor } from './probe.ts';
import type { DeviceLink } from './snapshot.ts';

/** Words of PCIe paths in every matrix: one switch, several, a host bridge, a NUMA node, between sockets. */
const pciePath = /^(?:PIX|PXB|PXR|PHB|NODE|SYS|SOC|PCIE)$/i;

/** A vendor's own link, by the words of its tool. */
const ownLinks: Partial<Record<Vendor, readonly [RegExp, DeviceLink['kind']]>> = {
  nvidia: [/^NV\d+$/i, 'nvlink'],
  ascend: [/^(?:HCCS\w*|SIO)$/i, 'hccs'],
  cambricon: [/^(?:MLK|MLU-?LINK|MLULink)\d*$/i, 'mlulink'],
  metax: [/^(?:MX|METAXLINK)\d*$/i, 'metaxlink'],
  amd: [/^XGMI$/i, 'xgmi'],
  hygon: [/^XGMI$/i, 'xgmi'],
};

/** The kind that a cell's word stands for; null for the device itself, no link, and words that are not known. */
export function linkKind(vendor: Vendor, word: string): DeviceLink['kind'] | null {
  if (pciePath.test(word)) return 'pcie';
  const own = ownLinks[vendor];
  return own?.[0].test(word) ? own[1] : null;
}

const fields: readonly ((reading: DeviceReading) => number | null | undefined)[] = [
  (reading) => reading.physicalId,
  (reading) => reading.index,
  (reading) => reading.card,
  (reading) => reading.position,
];

function numberIn(name: string): number | null {
  const digits = /(\d{1,6})$/.exec(name)?.[1];
  return digits === undefined ? null : Number(digits);
}

/** The device of each name in the matrix; null when they cannot be told for certain. */
function named(names: readonly string[], devices: readonly ProbedDevice[]): Map<string, ProbedDevice> | null {
  for (const field of fields) {
    const byNumber = new Map<number, ProbedDevice>();
    for (const device of devices) {
      const number = field(device.reading);
      if (typeof number === 'number') byNumber.set(number, device);
    }
    const found = names.flatMap((name) => {
      const device = byNumber.get(numberIn(name) ?? -1);
      return device === undefined ? [] : [[name, device] as const];
    });
    const told = devices.filter(({ reading }) => typeof field(reading) === 'number').length;
    if (
      found.length === names.length &&
      byNumber.size === told &&
      new Set(found.map(([, d]) => d)).size === told
    )
      return new Map(found);
  }
  return null;
}

/** What a matrix says of the devices. */
export interface Topology {
  /** By device id; only devices that the matrix names. */
  links: ReadonlyMap<string, readonly DeviceLink[]>;
  cpuAffinity: ReadonlyMap<string, string>;
  numaNode: ReadonlyMap<string, number>;
}

/** Links and places by device id; null when the names of the matrix cannot be told apart. */
export function topologyOf(matrix: TopologyReading, devices: readonly ProbedDevice[]): Topology | null {
  const byName = named(matrix.devices, devices);
  if (byName === null) return null;
  const links = new Map<string, DeviceLink[]>();
  const cpuAffinity = new Map<string, string>();
  const numaNode = new Map<string, number>();
  for (const [name, device] of byName) {
    const own = Object.entries(matrix.links[name] ?? {}).flatMap(([peer, word]): DeviceLink[] => {
      const kind = linkKind(device.vendor, word);
      const other = byName.get(peer);
      return kind === null || other === undefined || other === device
        ? []
        : [{ kind, peerId: other.id, word: word.slice(0, 32) }];
    });
    links.set(device.id, own);
    const cpus = matrix.cpuAffinity?.[name];
    if (cpus !== undefined) cpuAffinity.set(device.id, cpus);
    const node = matrix.numaAffinity?.[name] ?? '';
    if (/^\d{1,4}$/.test(node)) numaNode.set(device.id, Number(node));
  }
  return { links, cpuAffinity, numaNode };
}
