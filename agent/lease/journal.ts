/**
 * What must survive a crash of the agent: its leases, and every state-bearing message until the scheduler has it.
 * Three implementations pass one test body: SQLite (the real one), memory (its twin) and one that fails on purpose.
 */
import type { LeaseKey } from '../../proto/lease.ts';
import type { Lease } from './lease.ts';

/** One row to write; all of a batch become durable together or not at all. */
export type JournalWrite =
  | { kind: 'put_lease'; lease: Lease }
  | { kind: 'drop_lease'; key: LeaseKey }
  /** Bytes of each stream that are in the outbox or beyond it. */
  | { kind: 'taken'; key: LeaseKey; stdout: number; stderr: number }
  /** A state-bearing message as the frame that will be sent. `seq` grows by one from row to row. */
  | { kind: 'enqueue'; seq: number; frame: Uint8Array }
  /** The scheduler has made everything up to `seq` durable. */
  | { kind: 'acknowledged'; seq: number };

/** What a restarted agent finds. */
export interface JournalState {
  leases: Lease[];
  /** Highest sequence number ever used; 0 at the beginning. */
  lastSeq: number;
  /** Everything up to here is durable at the scheduler. */
  ackedSeq: number;
}

/** See the head of this file. */
export interface Journal {
  load(): JournalState;
  /** Resolves when durable; commits made in one turn of the event loop share one transaction. `storage_failed`. */
  commit(writes: readonly JournalWrite[]): Promise<void>;
  /** Frames after `seq` in order, at most `limit` of them. */
  outbox(afterSeq: number, limit: number): { seq: number; frame: Uint8Array }[];
  /** Bytes waiting in the outbox. */
  outboxBytes(): number;
  close(): void;
}

/** Text under which a lease is filed: id and epoch. */
export function leaseName(key: LeaseKey): string {
  return `${key.leaseId}.${key.epoch}`;
}
