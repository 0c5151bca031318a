/** A lease in the scheduler's memory: its record, and what matters only while it lives. */
import type { Phase } from '../../proto/lease.ts';
import type { Resources } from '../../proto/resources.ts';
import type { LeaseRecord } from '../records.ts';

/** How long things may take, in ms. */
export interface LeaseTimes {
  /** A lease ends at the node this long after its last renewal. */
  ttlMs: number;
  /** How much longer the scheduler waits before it grants the cards again. */
  marginMs: number;
  /** How long an offer holds its cards. */
  offerValidMs: number;
}

/** The defaults of docs/protocol.md. */
export const defaultTimes: LeaseTimes = { ttlMs: 30_000, marginMs: 5_000, offerValidMs: 10_000 };

/** A lease with its volatile half. All times here are monotonic ms of this process. */
export interface Lease extends LeaseRecord {
  /** What it takes of the node beside its cards. */
  wants: Resources;
  /** Whether it may be taken back whenever another job needs its cards. */
  preemptible: boolean;
  /** How the agent last described it. */
  phase: Phase;
  detail: string;
  offeredAt: number;
  offerValidMs: number;
  marginMs: number;
  /** When the ttl was last granted (Commit or Renewed); the offer's time before that. */
  renewedAt: number;
  /** Longest the agent keeps it without renewal beyond the ttl (`on_lost: keep_until`). */
  keepMs: number;
  /** The job's time limit, counted from the container's start by the agent; here it is only a backstop. */
  maxDurationMs: number;
  graceMs: number;
  /** When we heard that the container runs; undefined before. */
  runningAt: number | undefined;
  /** When the stop was asked for; undefined before. */
  stoppingAt: number | undefined;
}
