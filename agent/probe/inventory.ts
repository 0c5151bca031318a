/**
 * What is known of one vendor, and how each answer changes it. Pure. The rules that keep the node honest:
 *
 * - A failed look never makes a device disappear: the last good reading stays, marked `unknown`, beside its age.
 * - A card that a good look no longer lists was there a moment ago: it stays listed as `failed` for ten minutes, so that
 *   a lease on it ends with a reason, and then goes.
 * - A card that the PCI bus shows and the tool does not is listed as `degraded` with both facts, and not to be leased (`bus.ts`).
 * - The generation changes when, and only when, cards or partitions come or go.
 */
import { type BusCard, busOnly, suspicious } from './bus.ts';
import { type HealthTrack, track, worse } from './health.ts';
import { type Known, unasked } from './known.ts';
import { seenHealth } from './learned.ts';
import type { DeviceReading, PartitionReading, ProbeAnswer, ProbedDevice } from './probe.ts';

type Present = Extract<ProbeAnswer, { status: 'present' }>;

/** How long a card that is no longer listed stays shown. */
export const vanishedMs = 600_000;

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

/** Times of the last values, with those of the answer. */
function sampledNow(before: Known, answer: Present, nowMs: number): Known['sampledAt'] {
  const now = answer.devices
    .filter(({ reading }) => hasValues(reading))
    .map(({ id }) => [id, nowMs] as const);
  return new Map([...before.sampledAt, ...now]);
}

function tracked(
  before: Known,
  devices: readonly ProbedDevice[],
  nowMs: number,
): ReadonlyMap<string, HealthTrack> {
  return new Map(
    devices.map((device) => [
      device.id,
      track(before.tracks.get(device.id), seenHealth(before, device, nowMs), nowMs),
    ]),
  );
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

/** Values that an inventory does not speak of are those of the last sample, as old as that says. */
const changing = [
  'utilizationPct',
  'memoryUsedMib',
  'temperatureC',
  'memoryTemperatureC',
  'powerW',
  'clockMhz',
  'memoryClockMhz',
  'throttleReasons',
] as const;

function kept(before: Known, device: ProbedDevice): ProbedDevice {
  const older = before.devices.find(({ id }) => id === device.id)?.reading;
  if (older === undefined) return device;
  const values = changing.flatMap((key) => (older[key] === undefined ? [] : [[key, older[key]] as const]));
  return { ...device, reading: { ...Object.fromEntries(values), ...device.reading } };
}

/** After a good inventory look. `tool` is the program's name, for people. */
export function presentLook(
  before: Known,
  answer: Present,
  bus: readonly BusCard[],
  tool: string,
  nowMs: number,
): Known {
  const extra = busOnly(before.vendor, before.devices, answer.devices, bus, tool);
  const devices = [...suspicious(answer.devices, bus, tool), ...extra].map((device) => kept(before, device));
  const vanished = noLongerListed(before, devices, tool, nowMs);
  return {
    ...before,
    status: 'present',
    reason: '',
    goodAtMs: nowMs,
    sampledAtMs: answer.devices.some((device) => hasValues(device.reading)) ? nowMs : before.sampledAtMs,
    devices,
    sampledAt: sampledNow(before, answer, nowMs),
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
    const both = worse(seenHealth(before, device, nowMs), {
      health: sample.health,
      healthReasons: sample.healthReasons,
    });
    tracks.set(device.id, track(before.tracks.get(device.id), both, nowMs));
  }
  return {
    ...before,
    status: 'present',
    reason: '',
    goodAtMs: nowMs,
    sampledAtMs: nowMs,
    sampledAt: sampledNow(before, answer, nowMs),
    devices,
    tracks,
  };
}

/** True when a telemetry answer speaks of other devices than the inventory does. */
export function differs(before: Known, answer: Present): boolean {
  const seen = new Set(answer.devices.map((device) => device.id));
  const expected = before.devices.filter(
    ({ health, unusable }) => health !== 'failed' && unusable === undefined,
  );
  return (
    expected.some((device) => !seen.has(device.id)) ||
    answer.devices.some((device) => !before.devices.some((known) => known.id === device.id))
  );
}
