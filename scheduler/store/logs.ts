/**
 * What containers wrote: one append-only file per lease under `logs/`, outside SQL.
 *
 * GROUND RULES
 * - Bytes are named by their offset in their stream. Those that are there already are dropped, so a chunk may come any
 *   number of times; a gap is a `protocol_error`, because the sender's outbox is in order.
 * - `append` resolves when the bytes can be read, `sync` when everything appended before it is on the disk. Whoever
 *   acknowledges calls `sync` first.
 * - What is torn at the end of a file is cut off when the file is first touched; it was never acknowledged.
 */
import type { LeaseId } from '../../proto/ids.ts';
import type { LogRecord, LogStream } from './log-record.ts';

/** How much of a stream is there, and its SHA-256. */
export interface StreamTotal {
  bytes: number;
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
  append(lease: LeaseId, stream: LogStream, offset: number, data: Uint8Array, unixMs: number): Promise<void>;
  sync(): Promise<void>;
  totals(lease: LeaseId): Promise<Record<LogStream, StreamTotal>>;
  cursor(lease: LeaseId, from: LogOffsets): LogCursor;
  /** Every record from the offsets on that is there now. */
  read(lease: LeaseId, from: LogOffsets): AsyncIterable<LogRecord>;
  /** Nothing more will be appended soon: frees the memory that appending needs. */
  release(lease: LeaseId): void;
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
  if (record.offset + record.data.length <= wanted) return undefined;
  return { ...record, offset: wanted, data: record.data.subarray(wanted - record.offset) };
}
