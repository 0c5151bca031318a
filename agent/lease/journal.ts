/**
 * What must survive a crash of the agent: its leases, what the node's operator has asked for, and every state-bearing
 * message until the scheduler has it. Three implementations pass one test body: the log on disk (the real one), memory
 * (its twin) and one that fails on purpose.
 */
import type { LeaseKey } from '../../proto/lease.ts';
import type { Lease } from './lease.ts';

/** One row to write; all of a batch become durable together or not at all. */
export type JournalWrite =
  | { kind: 'put_lease'; lease: Lease }
  | { kind: 'drop_lease'; key: LeaseKey }
  /** What has become of a lease's output; stands apart from `put_lease`, which does not change it. */
  | { kind: 'taken'; key: LeaseKey; taken: Lease['taken'] }
  /** A renewal; stands until the lease is put again. */
  | { kind: 'renewed'; key: LeaseKey; renewedAt: number; ttlMs: number }
  /** A value under a name of its own, such as a drain; undefined takes it away. */
  | { kind: 'note'; name: string; value: string | undefined }
  /** A state-bearing message as the frame that will be sent. `seq` grows from row to row. */
  | { kind: 'enqueue'; seq: number; frame: Uint8Array }
  /** The scheduler has made everything up to `seq` durable. */
  | { kind: 'acknowledged'; seq: number };

/** What a restarted agent finds. */
export interface JournalState {
  leases: Lease[];
  notes: Map<string, string>;
  /** Highest sequence number ever used; 0 at the beginning. */
  lastSeq: number;
  /** Everything up to here is durable at the scheduler. */
  ackedSeq: number;
}

/** One message waiting for the scheduler. */
export interface Queued {
  seq: number;
  frame: Uint8Array;
}

/** See the head of this file. */
export interface Journal {
  /** What was there when it was opened. */
  load(): JournalState;
  /** Resolves when durable; commits made while another is being written share the next write. `storage_failed`. */
  commit(writes: readonly JournalWrite[]): Promise<void>;
  /** Frames after `seq` in order, only durable ones: at most `limit`, perhaps fewer, none only when there is none. `storage_failed`. */
  outbox(afterSeq: number, limit: number): Promise<Queued[]>;
  /** Bytes waiting in the outbox. */
  outboxBytes(): number;
  /** Why it does not get on with writing; '' when all is well. */
  problem(): string;
  /** Waits for what is being written. */
  close(): Promise<void>;
}

/** Text under which a lease is filed: id and epoch. */
export function leaseName(key: LeaseKey): string {
  return `${key.leaseId}.${key.epoch}`;
}
