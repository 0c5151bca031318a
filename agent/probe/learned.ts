/** What is learned of devices beside their readings, and how it changes what is known. Pure. */
import type { CgroupFacts } from './cgroup-owner.ts';
import { eventHealth, withEvent } from './events.ts';
import { type Health, observed, track, worse } from './health.ts';
import type { KernelEvent } from './kernel-log.ts';
import type { Known } from './known.ts';
import { topologyOf } from './links.ts';
import type { ProbedDevice, ProcessReading, TopologyReading } from './probe.ts';
import type { Ours } from './snapshot.ts';
import { busAddress } from './text.ts';
import { busySince, isLeased, processesByDevice, useTrack } from './use.ts';

/** What a device shows now: its numbers, the tool's word, and what the kernel has said of it. */
export function seenHealth(known: Known, device: ProbedDevice, nowMs: number): Health {
  return worse(observed(device), eventHealth(known.events.get(device.id) ?? [], nowMs));
}

/** After the links were asked for: a matrix, null when the tool gives none, or why it could not be read. */
export function withTopology(before: Known, answer: TopologyReading | null | { problem: string }): Known {
  if (answer !== null && 'problem' in answer)
    return { ...before, topology: undefined, topologyProblem: `links: ${answer.problem}` };
  const topology = answer === null ? undefined : (topologyOf(answer, before.devices) ?? undefined);
  const strange = answer !== null && topology === undefined;
  const topologyProblem = strange
    ? `links: the matrix names ${answer.devices.slice(0, 16).join(', ')}, and these are not the listed devices`
    : '';
  return { ...before, topology, topologyProblem };
}

/** After a process table was read; `facts` has what /proc says of each pid that can be seen. */
export function withProcesses(
  before: Known,
  rows: readonly ProcessReading[],
  facts: ReadonlyMap<number, CgroupFacts>,
  ours: Ours,
  nowMs: number,
): Known {
  const processes = processesByDevice(rows, before.devices, (pid) => facts.get(pid), ours);
  const use = new Map(
    before.devices.map((device) => [
      device.id,
      useTrack(before.use.get(device.id), processes.get(device.id) ?? [], isLeased(device, ours), nowMs),
    ]),
  );
  return { ...before, processes, use, processesProblem: '' };
}

/** After the devices' values were read: which of them are busy without a reason that we know. */
export function withBusy(before: Known, ours: Ours, nowMs: number): Known {
  const entries = before.devices.flatMap((device) => {
    const { id, reading } = device;
    const explained = isLeased(device, ours) || (before.processes?.get(id)?.length ?? 0) > 0;
    const since = busySince(before.busySince.get(id), reading, explained, nowMs);
    return since === undefined ? [] : [[id, since] as const];
  });
  return { ...before, busySince: new Map(entries) };
}

/** After the kernel spoke of a card: every device at its address has the event, and is worse at once where it says so. */
export function withKernelEvent(before: Known, { address, ...said }: KernelEvent, nowMs: number): Known {
  const here = [...before.devices, ...before.vanished.map(({ device }) => device)].filter(
    (device) => busAddress(device.reading.busId) === address,
  );
  if (here.length === 0) return before;
  const events = new Map(before.events);
  for (const { id } of here) events.set(id, withEvent(events.get(id) ?? [], { ...said, atMs: nowMs }));
  const after: Known = { ...before, events };
  if (said.severity === 'info') return after;
  const tracks = new Map(before.tracks);
  for (const device of here)
    tracks.set(device.id, track(tracks.get(device.id), seenHealth(after, device, nowMs), nowMs));
  return { ...after, tracks };
}
