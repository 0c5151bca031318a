/**
 * When the owner uses a card again that is on lease, and wants it back: the lease is told to stop once the use has lasted
 * for the notice, and not at all when it ends before. Pure; `system.ts` asks after every change and at `nextAtMs`.
 */
import type { LeaseKey } from '../proto/lease.ts';
import type { Lease } from './lease/lease.ts';
import type { Ours } from './probe/snapshot.ts';

/** Since when each accelerator has been wanted back, by id; monotonic ms. */
export type Wanted = ReadonlyMap<string, number>;

/** What `reclaim` finds. */
export interface Reclaim<L> {
  wanted: Wanted;
  /** Leases to stop now, and by whom their card is used. */
  stop: { lease: L; usedBy: string }[];
  /** When to ask again; Infinity when only a change can matter. */
  nextAtMs: number;
}

/** A lease as far as it matters here. */
type Held = LeaseKey & { state: string; offer: { acceleratorIds: readonly string[] } };

/** `used`: who uses each accelerator that the owner wants back. */
export function reclaim<L extends Held>(
  before: Wanted,
  used: ReadonlyMap<string, string>,
  leases: readonly L[],
  noticeMs: number,
  nowMs: number,
): Reclaim<L> {
  const wanted = new Map([...used.keys()].map((id) => [id, before.get(id) ?? nowMs]));
  const stop: Reclaim<L>['stop'] = [];
  let nextAtMs = Number.POSITIVE_INFINITY;
  for (const lease of leases) {
    if (lease.state === 'stopping' || lease.state === 'ended') continue;
    const ids = lease.offer.acceleratorIds.filter((id) => wanted.has(id));
    const dueMs = Math.min(...ids.map((id) => (wanted.get(id) ?? nowMs) + noticeMs));
    const [id] = ids.filter((each) => (wanted.get(each) ?? nowMs) + noticeMs <= nowMs);
    if (id !== undefined) stop.push({ lease, usedBy: used.get(id) ?? '' });
    else nextAtMs = Math.min(nextAtMs, dueMs);
  }
  return { wanted, stop, nextAtMs };
}

/** Containers and cards of our leases; an ended lease's container may still be there. */
export function oursOf(leases: readonly Lease[]): Ours {
  const containers = leases.flatMap(({ containerId, leaseId }): [string, string][] =>
    containerId ? [[containerId, leaseId]] : [],
  );
  return {
    leases: new Map(containers),
    cards: new Set(leases.flatMap(({ offer }) => offer.acceleratorIds)),
  };
}
