/**
 * What runs, from the engines and the kernel, never from us: containers with our labels are found in the engines'
 * listings, and from then on the kernel is asked about their first process, which answers when the engine hangs too.
 */
import { readFileSync } from 'node:fs';
import { engineRequest } from '../../scripts/engine-request.ts';

/** A container as it was first seen. */
export interface Seen {
  id: string;
  lease: string;
  epoch: string;
  agent: string;
  cards: string[];
  pid: number;
  /** Start time of the process in the kernel's ticks: a later process of the same number is another. */
  startTicks: string;
}

/** Start time of a process, '' when there is none (a dead one that nobody has reaped is none). */
function startTicksOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? '' : (fields[19] ?? '');
  } catch {
    return '';
  }
}

/** Whether its process still runs. */
export function runs({ pid, startTicks }: Seen): boolean {
  return startTicks !== '' && startTicksOf(pid) === startTicks;
}

interface Listed {
  Id: string;
  Labels: Record<string, string>;
}

/** Containers of ours on one engine, in any state; rejects when the engine does not answer. */
export async function listOurs(socketPath: string, isRunning: boolean): Promise<Listed[]> {
  const filters = encodeURIComponent(JSON.stringify({ label: ['suanlink.lease'] }));
  const path = `/v1.41/containers/json?all=${isRunning ? 'false' : 'true'}&filters=${filters}`;
  const { status, body } = await engineRequest(socketPath, 'GET', path);
  if (status !== 200) throw new Error(`listing: ${status}`);
  return JSON.parse(body);
}

/** Notes containers that run and are not in `known` yet. */
export async function discover(socketPath: string, known: Map<string, Seen>): Promise<void> {
  for (const { Id, Labels } of await listOurs(socketPath, true)) {
    if (known.has(Id)) continue;
    const { status, body } = await engineRequest(socketPath, 'GET', `/v1.41/containers/${Id}/json`);
    if (status !== 200) continue;
    const { State, Config }: { State: { Pid: number }; Config: { Env: string[] } } = JSON.parse(body);
    const cards = Config.Env.find((entry) => entry.startsWith('SUANLINK_ACCELERATORS='))?.split('=')[1] ?? '';
    known.set(Id, {
      ...{ id: Id, lease: Labels['suanlink.lease'] ?? '', epoch: Labels['suanlink.epoch'] ?? '' },
      ...{ agent: Labels['suanlink.agent'] ?? '', cards: cards.split(',').filter((card) => card !== '') },
      ...{ pid: State.Pid, startTicks: startTicksOf(State.Pid) },
    });
  }
}
