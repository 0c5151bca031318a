/**
 * What containers wrote: one append-only file per lease under `logs/`, outside SQL.
 *
 * GROUND RULES
 * - Bytes are named by their offset in their stream. Those that are there already are dropped, so a chunk may come any
 *   number of times; a gap is a `protocol_error`, because the sender's outbox is in order, unless the sender says that it
 *   left out exactly so many bytes. That is kept as a record too.
 * - `append` resolves when the bytes can be read, `sync` when everything appended before it is on the disk. Whoever
 *   acknowledges calls `sync` first.
 * - What is torn at the end of a file is cut off when the file is first touched; it was never acknowledged.
 */
import type { LeaseId } from '../../proto/ids.ts';
import { lengthOf, type LogRecord, type LogStream } from './log-record.ts';

/** How far a stream has got, and the SHA-256 of what is there of it. */
export interface StreamTotal {
  bytes: number;
  /** Of `bytes`, how many the agent left out. */
  droppedBytes: number;
  sha256: Uint8Array;
}

/** Where a reader wants to begin. */
export interface LogOffsets {
  stdout: number;
  stderr: number;
}

/** Reads one lease's log from its beginning to wherever it has got to. */
export interface LogCursor {
  /** The next records (together at most about 256 KiB) that are not before the wanted offsets; none for "no more yet". */
  next(): Promise<LogRecord[]>;
}

/** A piece of a log file: the records from a position in it on, and where they end. */
export interface LogPage {
  records: LogRecord[];
  position: number;
}

/** The logs; see the head of this file. */
export interface Logs {
  /** `droppedBytes`: left out by the agent just before `offset`. */
  append(
    lease: LeaseId,
    stream: LogStream,
    offset: number,
    data: Uint8Array,
    unixMs: number,
    droppedBytes?: number,
  ): Promise<void>;
  sync(): Promise<void>;
  /** `isNew`: it was granted after these logs were opened, and nothing more has ever been appended to it. */
  totals(lease: LeaseId, isNew?: boolean): Promise<Record<LogStream, StreamTotal>>;
  cursor(lease: LeaseId, from: LogOffsets): LogCursor;
  /** Every record from the offsets on that is there now. */
  read(lease: LeaseId, from: LogOffsets): AsyncIterable<LogRecord>;
  /** Nothing more will be appended soon: frees the memory that appending needs. */
  release(lease: LeaseId): void;
  /** Takes the lease's log away for good. */
  remove(lease: LeaseId): Promise<void>;
  close(): Promise<void>;
}

/** A cursor over pages; `page` reads from a position in the file (0: its beginning). */
export function cursorOver(page: (position: number) => Promise<LogPage>): LogCursor {
  let at = 0;
  return {
    async next() {
      const { records, position } = await page(at);
      at = position;
      return records;
    },
  };
}

/** The part of `record` from the wanted offset of its stream on; undefined when all of it is before. */
export function cutBefore(record: LogRecord, from: LogOffsets): LogRecord | undefined {
  const wanted = from[record.stream];
  if (record.offset >= wanted) return record;
  if (record.offset + lengthOf(record) <= wanted) return undefined;
  const cut = wanted - record.offset;
  if (record.droppedBytes) return { ...record, offset: wanted, droppedBytes: record.droppedBytes - cut };
  return { ...record, offset: wanted, data: record.data.subarray(cut) };
}
