/**
 * What the PCI bus shows beside a tool's list. Pure. A card that the bus shows and the tool does not is there, but nobody
 * can say how it is: degraded, with both facts, and not to be leased.
 */
import { worse } from './health.ts';
import type { ProbedDevice, Vendor } from './probe.ts';
import { busAddress } from './text.ts';

/** A card on the PCI bus. `address` as `busAddress` gives it. */
export interface BusCard {
  address: string;
}

/** Cards of the bus that no device stands for; empty when addresses are not known of all devices. */
function unlisted(devices: readonly ProbedDevice[], bus: readonly BusCard[]): BusCard[] {
  const listed = devices.map((device) => busAddress(device.reading.busId));
  return listed.includes(null) ? [] : bus.filter((card) => !listed.includes(card.address));
}

/** Devices for cards of the bus that `listed` lacks; one that was listed `before` keeps its identity. */
export function busOnly(
  vendor: Vendor,
  before: readonly ProbedDevice[],
  listed: readonly ProbedDevice[],
  bus: readonly BusCard[],
  tool: string,
): ProbedDevice[] {
  const counts = `the PCI bus shows ${bus.length} cards, ${tool} lists ${listed.length}`;
  return unlisted(listed, bus).map(({ address }) => {
    const reason = `on the PCI bus at ${address}, but not listed by ${tool} (${counts})`;
    const same = before.find((device) => busAddress(device.reading.busId) === address);
    return {
      ...(same ?? { id: `${vendor}-${address}`, vendor, reading: { busId: address } }),
      health: 'degraded',
      healthReasons: [reason],
      unusable: reason,
    };
  });
}

/** When addresses cannot be compared and the bus has more cards, each listed one is suspect. */
export function suspicious(
  devices: readonly ProbedDevice[],
  bus: readonly BusCard[],
  tool: string,
): ProbedDevice[] {
  const comparable = devices.every((device) => busAddress(device.reading.busId) !== null);
  if (comparable || bus.length <= devices.length) return [...devices];
  const reason = `the PCI bus shows ${bus.length} cards, ${tool} lists ${devices.length}`;
  return devices.map((device) => ({
    ...device,
    ...worse(device, { health: 'degraded', healthReasons: [reason] }),
  }));
}
