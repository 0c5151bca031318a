/**
 * What is known of one vendor, and how each answer changes it. Pure. The rules that keep the node honest:
 *
 * - A failed look never makes a device disappear: the last good reading stays, marked `unknown`, beside its age.
 * - A card that a good look no longer lists was there a moment ago: it stays listed as `failed` for ten minutes, so that
 *   a lease on it ends with a reason, and then goes.
 * - A card that the PCI bus shows and the tool does not is listed as `failed` with both facts.
 * - The generation changes when, and only when, cards or partitions come or go.
 */
import { createHash } from 'node:crypto';
import { type HealthTrack, observed, track, worse } from './health.ts';
import type { DeviceReading, PartitionReading, ProbeAnswer, ProbedDevice, Vendor } from './probe.ts';
import type { VendorState } from './snapshot.ts';
import { busAddress } from './text.ts';

/** A card on the PCI bus. `address` as `busAddress` gives it. */
export interface BusCard {
  address: string;
}

/** Everything remembered of one vendor. */
export interface Known {
  vendor: Vendor;
  status: VendorState['status'];
  reason: string;
  /** Monotonic ms of the last good answer. */
  goodAtMs: number | null;
  sampledAtMs: number | null;
  /** As last listed, with the health that the inventory look saw. */
  devices: readonly ProbedDevice[];
  tracks: ReadonlyMap<string, HealthTrack>;
  /** Cards that are no longer listed, and when that was first seen. */
  vanished: readonly { device: ProbedDevice; sinceMs: number }[];
  driverVersion: string | null;
  runtimeVersion: string | null;
}

type Present = Extract<ProbeAnswer, { status: 'present' }>;

/** How long a card that is no longer listed stays shown. */
export const vanishedMs = 600_000;

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
    vanished: [],
    driverVersion: null,
    runtimeVersion: null,
  };
}

/** After a look that failed: nothing is forgotten. */
export function failedLook(before: Known, reason: string): Known {
  return { ...before, status: 'failed', reason };
}

/** After a look that found the vendor's tool or cards missing. Once cards were seen, that is a failure. */
export function absentLook(before: Known, reason: string): Known {
  if (before.devices.length === 0) return { ...unasked(before.vendor), status: 'absent', reason };
  return failedLook(before, `cards were here, but now: ${reason}`);
}

const hasValues = (reading: DeviceReading): boolean =>
  reading.utilizationPct !== undefined || reading.memoryUsedMib !== undefined;

function tracked(
  before: Known,
  devices: readonly ProbedDevice[],
  nowMs: number,
): ReadonlyMap<string, HealthTrack> {
  return new Map(
    devices.map((device) => [device.id, track(before.tracks.get(device.id), observed(device), nowMs)]),
  );
}

/** Cards of the bus that no device stands for; empty when addresses are not known of all devices. */
function unlisted(devices: readonly ProbedDevice[], bus: readonly BusCard[]): BusCard[] {
  const listed = devices.map((device) => busAddress(device.reading.busId));
  return listed.includes(null) ? [] : bus.filter((card) => !listed.includes(card.address));
}

function busOnly(before: Known, answer: Present, bus: readonly BusCard[], tool: string): ProbedDevice[] {
  const counts = `the PCI bus shows ${bus.length} cards, ${tool} lists ${answer.devices.length}`;
  return unlisted(answer.devices, bus).map(({ address }) => {
    const same = before.devices.find((device) => busAddress(device.reading.busId) === address);
    return {
      ...(same ?? { id: `${before.vendor}-${address}`, vendor: before.vendor, reading: { busId: address } }),
      health: 'failed',
      healthReasons: [`on the PCI bus at ${address}, but not listed by ${tool} (${counts})`],
    };
  });
}

/** When addresses cannot be compared and the bus has more cards, each listed one is suspect. */
function suspicious(devices: readonly ProbedDevice[], bus: readonly BusCard[], tool: string): ProbedDevice[] {
  const comparable = devices.every((device) => busAddress(device.reading.busId) !== null);
  if (comparable || bus.length <= devices.length) return [...devices];
  const reason = `the PCI bus shows ${bus.length} cards, ${tool} lists ${devices.length}`;
  return devices.map((device) => ({
    ...device,
    ...worse(device, { health: 'degraded', healthReasons: [reason] }),
  }));
}

/** Cards that were listed or had vanished before, and are not in `listed`; each for ten minutes. */
function noLongerListed(
  before: Known,
  listed: readonly ProbedDevice[],
  tool: string,
  nowMs: number,
): Known['vanished'] {
  const now = before.devices.map((device) => ({ device, sinceMs: nowMs }));
  return [...before.vanished, ...now]
    .filter(
      ({ device, sinceMs }) => !listed.some(({ id }) => id === device.id) && nowMs - sinceMs < vanishedMs,
    )
    .map(({ device, sinceMs }) => ({
      sinceMs,
      device: { ...device, health: 'failed', healthReasons: [`${tool} no longer lists it`] },
    }));
}

/** After a good inventory look. `tool` is the program's name, for people. */
export function presentLook(
  before: Known,
  answer: Present,
  bus: readonly BusCard[],
  tool: string,
  nowMs: number,
): Known {
  const extra = busOnly(before, answer, bus, tool);
  const devices = [...suspicious(answer.devices, bus, tool), ...extra];
  const vanished = noLongerListed(before, devices, tool, nowMs);
  return {
    ...before,
    status: 'present',
    reason: '',
    goodAtMs: nowMs,
    sampledAtMs: answer.devices.some((device) => hasValues(device.reading)) ? nowMs : before.sampledAtMs,
    devices,
    tracks: tracked(before, [...devices, ...vanished.map(({ device }) => device)], nowMs),
    vanished,
    driverVersion: answer.driverVersion,
    runtimeVersion: answer.runtimeVersion,
  };
}

/** Values of the newer reading, and those of the older one that it does not speak of. */
function updated(older: DeviceReading, newer: DeviceReading): DeviceReading {
  const mig = newer.mig ?? older.mig;
  return { ...older, ...newer, ...(mig ? { mig: withIdentity(mig, older.mig ?? []) } : {}) };
}

/** Telemetry commands may show partitions without their uuids; those are kept from the inventory. */
function withIdentity(
  newer: readonly PartitionReading[],
  older: readonly PartitionReading[],
): PartitionReading[] {
  return newer.map((part, i) => {
    const same = older.find((each) => each.gi === part.gi && each.ci === part.ci) ?? older[i];
    return { ...same, ...part };
  });
}

/** After a telemetry sample whose devices carry the inventory's ids. The inventory's own findings stay in force. */
export function sampled(before: Known, answer: Present, nowMs: number): Known {
  const seen = new Map(answer.devices.map((device) => [device.id, device]));
  const devices = before.devices.map((device) => {
    const sample = seen.get(device.id);
    return sample ? { ...device, reading: updated(device.reading, sample.reading) } : device;
  });
  const tracks = new Map(before.tracks);
  for (const device of devices) {
    const sample = seen.get(device.id);
    if (!sample) continue;
    const both = worse(observed(device), { health: sample.health, healthReasons: sample.healthReasons });
    tracks.set(device.id, track(before.tracks.get(device.id), both, nowMs));
  }
  return { ...before, status: 'present', reason: '', goodAtMs: nowMs, sampledAtMs: nowMs, devices, tracks };
}

/** True when a telemetry answer speaks of other devices than the inventory does. */
export function differs(before: Known, answer: Present): boolean {
  const seen = new Set(answer.devices.map((device) => device.id));
  const expected = before.devices.filter((device) => device.health !== 'failed');
  return (
    expected.some((device) => !seen.has(device.id)) ||
    answer.devices.some((device) => !before.devices.some((known) => known.id === device.id))
  );
}

/** True when a device is not well: then the next inventory look comes sooner. */
export function troubled(known: Known): boolean {
  return (
    known.vanished.length > 0 ||
    [...known.tracks.values()].some(({ shown, held }) => held !== undefined || shown.health !== 'ok')
  );
}

/** What the rest of the agent sees. */
export function stateOf(known: Known, nowMs: number): VendorState {
  const listed = known.devices.map((device) => ({ ...device, ...known.tracks.get(device.id)?.shown }));
  const devices = [...listed, ...known.vanished.map(({ device }) => device)];
  const failed = known.status === 'failed';
  return {
    vendor: known.vendor,
    status: known.status,
    reason: known.reason,
    lastGoodAgeMs: failed && known.goodAtMs !== null ? Math.max(0, nowMs - known.goodAtMs) : null,
    devices: failed
      ? devices.map((device) => ({ ...device, health: 'unknown', healthReasons: [known.reason] }))
      : devices,
    driverVersion: known.driverVersion,
    runtimeVersion: known.runtimeVersion,
    sampledAtMs: known.sampledAtMs,
  };
}

/** Everything in a state but what changes by itself: another text means that somebody should be told. */
export function contentOf(known: Known): string {
  const { status, reason, devices, driverVersion, runtimeVersion } = stateOf(known, 0);
  return JSON.stringify([
    status,
    reason,
    driverVersion,
    runtimeVersion,
    devices.map(({ id, health, healthReasons, reading }) => [
      id,
      health,
      healthReasons,
      reading.model,
      reading.memoryTotalMib,
      layout(reading),
    ]),
  ]);
}

function layout({ migEnabled, mig = [] }: DeviceReading): unknown {
  return [migEnabled, mig.map(({ uuid, profile, gi, ci }) => [uuid, profile, gi, ci])];
}

/** Boot id and a hash of every card's id and partitions, whatever their order. */
export function generationOf(bootId: string, all: readonly Known[]): string {
  const cards = all.flatMap(({ vendor, devices, vanished }) =>
    [...devices, ...vanished.map(({ device }) => device)].map((device) =>
      JSON.stringify([vendor, device.id, layout(device.reading)]),
    ),
  );
  const hash = createHash('sha256').update(cards.toSorted().join('\n')).digest('hex').slice(0, 16);
  return `${bootId}-${hash}`;
}
