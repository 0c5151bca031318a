/**
 * Who uses a device. Pure: the rows of a tool's process table, what /proc says of each process and what we run ourselves
 * in; owners, and whether somebody else uses a card, out.
 *
 * A process is somebody else's when /proc shows it outside our containers, or when it cannot be seen at all and no lease
 * holds the card (our containers have no other cards). Memory in use is no proof of anything: drivers, and tenants who
 * have just gone, leave some. A card that is busy for a minute without a lease and without a visible process gets a note.
 *
 *   free → in use   after two looks in a row that show a foreign process; at once when nothing was known before
 *   in use → free   after `goneMs` without one
 */
import type { CgroupFacts } from './cgroup-owner.ts';
import type { DeviceReading, ProbedDevice, ProcessReading } from './probe.ts';
import type { DeviceProcess, Ours, ProcessOwner } from './snapshot.ts';

/** How long a card must be without foreign processes to be free again. */
export const goneMs = 60_000;
/** How long a card must be busy without a reason for a note. */
export const busyMs = 60_000;
const busyPct = 10;
const busyMib = 1024;

/** Display servers, and services that serve whoever uses the card: no use of their own. */
const helpers =
  /^(?:Xorg|X|Xwayland|gnome-shell|kwin_\w+|sddm\S*|gdm\S*|weston|nvidia-cuda-mps-\w+|nvidia-persistenced|nv-hostengine|dcgm\S*)$/;

/** Name of the program, without its path and arguments. */
function programOf(name: string): string {
  return (name.trim().split(/\s+/)[0] ?? '').split('/').at(-1) ?? '';
}

function isOf(device: DeviceReading, row: string | number): boolean {
  if (typeof row === 'number') return device.index === row || device.card === row;
  if (`${device.card ?? '?'}/${device.chip ?? '?'}` === row) return true;
  return device.uuid === row || (device.mig ?? []).some(({ uuid }) => uuid === row);
}

/** The device that a row of the process table speaks of: by uuid, by card and chip, or by the tool's index. */
export function deviceOfProcess(
  row: ProcessReading,
  devices: readonly ProbedDevice[],
): ProbedDevice | undefined {
  const { device } = row;
  if (device === null) return devices.length === 1 ? devices[0] : undefined;
  const found = devices.filter(({ reading }) => isOf(reading, device));
  return found.find(({ reading }) => reading.index === device) ?? found[0];
}

/** Whose a process is, by its cgroup; undefined facts: /proc does not show the process. */
export function ownerOf(facts: CgroupFacts | undefined, ours: Ours): ProcessOwner {
  if (facts === undefined) return { kind: 'unknown' };
  for (const containerId of facts.containers) {
    const leaseId = ours.leases.get(containerId);
    if (leaseId !== undefined) return { kind: 'lease', leaseId, containerId };
  }
  const [containerId] = facts.containers;
  return containerId === undefined ? { kind: 'host', unit: facts.unit } : { kind: 'container', containerId };
}

/** Processes by device id; every device has an entry. */
export function processesByDevice(
  rows: readonly ProcessReading[],
  devices: readonly ProbedDevice[],
  factsOf: (pid: number) => CgroupFacts | undefined,
  ours: Ours,
): Map<string, DeviceProcess[]> {
  const byDevice = new Map<string, DeviceProcess[]>(devices.map(({ id }) => [id, []]));
  for (const row of rows) {
    const device = deviceOfProcess(row, devices);
    if (device === undefined || row.pid === null) continue;
    byDevice.get(device.id)?.push({
      pid: row.pid,
      name: row.name ?? '',
      memoryUsedMib: row.memoryUsedMib ?? null,
      owner: ownerOf(factsOf(row.pid), ours),
    });
  }
  return byDevice;
}

/** Whether a lease holds the device or a part of it. */
export function isLeased({ id, reading }: ProbedDevice, ours: Ours): boolean {
  return ours.cards.has(id) || (reading.mig ?? []).some(({ uuid }) => ours.cards.has(uuid ?? ''));
}

function isForeign({ owner, name }: DeviceProcess, leased: boolean): boolean {
  if (helpers.test(programOf(name))) return false;
  switch (owner.kind) {
    case 'lease':
      return false;
    case 'container':
    case 'host':
      return true;
    case 'unknown':
      return !leased;
  }
}

function words({ pid, name, owner }: DeviceProcess): string {
  const program = programOf(name);
  const where =
    owner.kind === 'container'
      ? `container ${owner.containerId.slice(0, 12)}`
      : owner.kind === 'host'
        ? owner.unit
        : '';
  const details = [program, where].filter((word) => word !== '').join(', ');
  return details === '' ? `pid ${pid}` : `pid ${pid} (${details})`;
}

/** What is remembered of the use of one device. */
export interface UseTrack {
  /** Looks in a row that showed a foreign process. */
  looks: number;
  lastSeenMs: number;
  /** Set while the device counts as in use by somebody else: by whom. */
  shown: string | undefined;
}

/** The track after one more look at the device's processes. */
export function useTrack(
  before: UseTrack | undefined,
  processes: readonly DeviceProcess[],
  leased: boolean,
  nowMs: number,
): UseTrack {
  const foreign = processes.filter((process) => isForeign(process, leased)).toSorted((a, b) => a.pid - b.pid);
  const [first] = foreign;
  if (first === undefined) {
    const held = before?.shown !== undefined && nowMs - before.lastSeenMs < goneMs;
    return held ? { ...before, looks: 0 } : { looks: 0, lastSeenMs: nowMs, shown: undefined };
  }
  const looks = (before?.looks ?? 1) + 1;
  const established = before?.shown !== undefined || looks >= 2;
  return { looks, lastSeenMs: nowMs, shown: established ? words(first) : undefined };
}

/** Since when a device without a lease and without a known user has been busy; undefined: it is not. */
export function busySince(
  before: number | undefined,
  { utilizationPct, memoryUsedMib }: DeviceReading,
  explained: boolean,
  nowMs: number,
): number | undefined {
  const busy = (utilizationPct ?? 0) >= busyPct || (memoryUsedMib ?? 0) >= busyMib;
  return busy && !explained ? (before ?? nowMs) : undefined;
}
