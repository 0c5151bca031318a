/** What is known of the vendors, as the rest of the agent sees it. Pure. */
import { createHash } from 'node:crypto';
import type { Known } from './known.ts';
import type { DeviceReading, ProbedDevice } from './probe.ts';
import type { VendorState, WatchedDevice } from './snapshot.ts';
import { busyMs } from './use.ts';

/** True when a device is not well: then the next inventory look comes sooner. */
export function troubled(known: Known): boolean {
  return (
    known.vanished.length > 0 ||
    [...known.tracks.values()].some(({ shown, held }) => held !== undefined || shown.health !== 'ok')
  );
}

function notesOf(known: Known, id: string, nowMs: number): string[] {
  const since = known.busySince.get(id);
  return since !== undefined && nowMs - since >= busyMs
    ? ['busy without a lease, and no process is seen that could explain it']
    : [];
}

/** Where the device sits: in the kernel's words, else in the matrix'. */
function placed({ topology }: Known, { id, reading }: ProbedDevice): DeviceReading {
  const numaNode = reading.numaNode ?? topology?.numaNode.get(id);
  const cpuAffinity = reading.cpuAffinity ?? topology?.cpuAffinity.get(id);
  return {
    ...reading,
    ...(numaNode !== undefined && { numaNode }),
    ...(cpuAffinity !== undefined && { cpuAffinity }),
  };
}

/** The device with all that is known beside its reading. */
function watched(known: Known, device: ProbedDevice, nowMs: number): WatchedDevice {
  const { id } = device;
  const links = known.topology?.links.get(id);
  const processes = known.processes?.get(id);
  const events = known.events.get(id);
  const externalUse = known.use.get(id)?.shown;
  const notes = notesOf(known, id, nowMs);
  return {
    ...device,
    reading: placed(known, device),
    sampledAtMs: known.sampledAt.get(id) ?? null,
    ...(links !== undefined && { links }),
    ...(processes !== undefined && { processes }),
    ...(events !== undefined && { events }),
    ...(externalUse !== undefined && { externalUse }),
    ...(notes.length > 0 && { notes }),
  };
}

/** What the rest of the agent sees. */
export function stateOf(known: Known, nowMs: number): VendorState {
  const listed = known.devices.map((device) => ({ ...device, ...known.tracks.get(device.id)?.shown }));
  const devices = [...listed, ...known.vanished.map(({ device }) => device)].map((device) =>
    watched(known, device, nowMs),
  );
  const failed = known.status === 'failed';
  const notes = [known.topologyProblem, known.processesProblem].filter((note) => note !== '');
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
    ...(notes.length > 0 && { notes }),
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
    devices.map(({ id, health, healthReasons, unusable, reading, links, externalUse, events }) => [
      id,
      health,
      healthReasons,
      unusable,
      reading.model,
      reading.memoryTotalMib,
      reading.numaNode,
      reading.cpuAffinity,
      links,
      externalUse,
      events?.length,
      events?.at(-1)?.atMs,
      layout(reading),
    ]),
  ]);
}

function layout({ migEnabled, mig = [] }: DeviceReading): unknown {
  return [migEnabled, mig.map(({ uuid, profile, gi, ci }) => [uuid, profile, gi, ci])];
}

/** A vendor's cards and partitions, whatever their order: another text means that some came or went. */
export function layoutOf({ vendor, devices, vanished }: Known): string[] {
  return [...devices, ...vanished.map(({ device }) => device)]
    .map((device) => JSON.stringify([vendor, device.id, layout(device.reading)]))
    .toSorted();
}

/** Boot id and a hash of every card's id and partitions, whatever their order. */
export function generationOf(bootId: string, all: readonly Known[]): string {
  const cards = all.flatMap(layoutOf);
  const hash = createHash('sha256').update(cards.toSorted().join('\n')).digest('hex').slice(0, 16);
  return `${bootId}-${hash}`;
}
