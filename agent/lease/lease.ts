/** A lease as the agent holds and journals it. Plain data; `machine.ts` is the only place that changes one. */
import type { LeaseKey, StopReason } from '../../proto/lease.ts';
import type { LeaseEnd, Offer } from '../../proto/messages.ts';
import type { Taken } from './gaps.ts';
import type { LeaseState } from './states.ts';

/** What a look from inside the container found of its accelerators: the leased ones, others, nothing certain, or none made. */
export type InsideFound = 'match' | 'mismatch' | 'unclear' | 'skipped';

/** Times are monotonic milliseconds of the boot named in `bootId`, unless a name says otherwise. */
export interface Lease extends LeaseKey {
  state: LeaseState;
  offer: Offer;
  /** Boot whose monotonic clock the times below belong to. */
  bootId: string;
  offeredAt: number;
  /** An accepted lease is void from then on unless committed. */
  validUntil: number;
  /** When the Accept left (or, later, the last successful Renew): where ttl counts from. */
  renewedAt: number;
  ttlMs: number;
  /** Longest the container may run. */
  maxDurationMs: number;
  committedAt?: number;
  containerId?: string;
  /** Monotonic time by which we know the container to have started. */
  startedAt?: number;
  /** How long it is known to have run before the machine went down: until its last renewal. */
  ranMs?: number;
  /** The engine does not have the image: pull before creating. */
  needsPull: boolean;
  /** What a look from inside found; absent until one was made. */
  inside?: { found: InsideFound; detail: string };
  /** Why we are stopping it, and from when. Set once: the first reason stands. */
  stop?: { reason: StopReason; message: string; graceMs: number; at: number };
  /** The one end record; set once. */
  end?: LeaseEnd;
  /** Sequence number of the end record in the outbox, once it is there. */
  endSeq?: number;
  /** Bytes of each stream that are in the outbox or acknowledged. */
  taken: Taken;
  timeline: { name: string; atMs: number }[];
}

/** The phase in which the scheduler hears that a lease is held. */
export function heldPhase(state: LeaseState): 'accepted' | 'committed' | 'running' | 'stopping' | 'ended' {
  return state === 'starting' ? 'committed' : state;
}
