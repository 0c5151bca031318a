/**
 * Leases whose accelerator is lost: it has failed, or the vendor's tool answers and no longer lists it. A tool that does
 * not answer says nothing about its cards, and a list that misses one is believed only when it goes on missing it. Pure;
 * `withdraw.ts` asks after every change and at `nextAtMs`.
 */
import type { Inventory } from '../proto/messages.ts';

/** How long a card must be missing before its lease is ended. */
export const missingMs = 10_000;

/** Since when each leased accelerator has been missing, by id; monotonic ms. */
export type Missing = ReadonlyMap<string, number>;

/** A lease as far as it matters here. */
interface Held {
  state: string;
  offer: { acceleratorIds: readonly string[] };
}

/** What `lostDevices` finds. */
export interface Lost<L> {
  missing: Missing;
  /** Leases to end now, and why. */
  stop: { lease: L; why: string }[];
  /** When to ask again; Infinity when only a change can matter. */
  nextAtMs: number;
}

/** Compares what is leased with what is there. */
export function lostDevices<L extends Held>(
  before: Missing,
  inventory: Inventory,
  leases: readonly L[],
  nowMs: number,
): Lost<L> {
  const there = new Map(inventory.accelerators.map((card) => [String(card.id), card]));
  const answering = new Set(
    inventory.probes.filter(({ status }) => status !== 'failed').map(({ vendor }) => vendor),
  );
  const live = leases.filter(({ state }) => state !== 'stopping' && state !== 'ended');
  const leased = new Set(live.flatMap(({ offer }) => offer.acceleratorIds));
  const absent = [...leased].filter((id) => !there.has(id) && answering.has(vendorOf(id)));
  const missing = new Map(absent.map((id) => [id, before.get(id) ?? nowMs]));
  const reason = (id: string): string | undefined => {
    const card = there.get(id);
    if (card?.health === 'failed') return `accelerator ${id} has failed: ${card.healthReasons.join('; ')}`;
    const since = missing.get(id);
    return since !== undefined && nowMs >= since + missingMs
      ? `accelerator ${id} is no longer there`
      : undefined;
  };
  const stop = live.flatMap((lease) => {
    const why = lease.offer.acceleratorIds.flatMap((id) => reason(id) ?? []);
    return why.length > 0 ? [{ lease, why: why.join('; ') }] : [];
  });
  const waiting = [...missing.values()].map((since) => since + missingMs).filter((at) => at > nowMs);
  return { missing, stop, nextAtMs: Math.min(Number.POSITIVE_INFINITY, ...waiting) };
}

/** `nvidia` of `nvidia:GPU-…`. */
function vendorOf(id: string): string {
  return id.slice(0, id.indexOf(':'));
}
