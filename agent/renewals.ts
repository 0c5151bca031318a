/**
 * When to renew the leases, and what an answer means (pure): ttl/3 with jitter, all leases in one request. ttl counts
 * from before the request left, so each request's time is kept until its answer or the next session.
 */
import type { LeaseKey } from '../proto/lease.ts';
import type { Lease } from './lease/lease.ts';

/** Requests under way: number → monotonic ms at which each left. */
export interface RenewalState {
  request: number;
  sentAt: ReadonlyMap<number, number>;
}

/** Nothing asked yet. */
export const noRenewals: RenewalState = { request: 0, sentAt: new Map() };

/** Leases whose ttl runs: committed and not ended. */
export function renewable(leases: readonly Lease[]): LeaseKey[] {
  return leases
    .filter((lease) => lease.state === 'starting' || lease.state === 'running' || lease.state === 'stopping')
    .map(({ leaseId, epoch }) => ({ leaseId, epoch }));
}

/** Pause until the next renewal: a third of the shortest ttl, less up to a fifth of it; `random` within [0, 1). */
export function renewPauseMs(leases: readonly Lease[], random: number): number {
  const shortest = Math.min(30_000, ...leases.filter((lease) => lease.ttlMs > 0).map((lease) => lease.ttlMs));
  return Math.max(50, (shortest / 3) * (1 - random / 5));
}

/** The next request. Only the last few are remembered: an answer to an older one extends nothing. */
export function request(state: RenewalState, now: number): RenewalState {
  const sentAt = new Map([...state.sentAt].slice(-4));
  sentAt.set(state.request + 1, now);
  return { request: state.request + 1, sentAt };
}
