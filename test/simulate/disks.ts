/**
 * Disks in virtual time: what is written becomes durable later, in order, as whole batches, and a crash loses what has
 * not. Each is a thin cover over the product's in-memory twin, which passes the same tests as the real thing.
 */
import { type JournalDisk, memoryJournal } from '../../agent/lease/journal-memory.ts';
import type { Journal } from '../../agent/lease/journal.ts';
import type { LeaseId } from '../../proto/ids.ts';
import { createHash } from 'node:crypto';
import { lengthOf, type LogRecord, type LogStream } from '../../scheduler/store/log-record.ts';
import {
  cutBefore,
  type LogCursor,
  type LogOffsets,
  type Logs,
  type StreamTotal,
} from '../../scheduler/store/logs.ts';
import { type MemoryDisk, openMemoryStore } from '../../scheduler/store/memory.ts';
import type { Store, Write } from '../../scheduler/store/store.ts';
import type { Chance } from './chance.ts';
import type { Life, SimTime } from './time.ts';

/** How one disk behaves, and what is to happen at its next persist point. */
export interface DiskManner {
  /** Median latency in ms. */
  latencyMs: number;
  /** Nothing becomes durable before (true ms). */
  stuckUntil: number;
  /** Writes so far. */
  writes: number;
  /** The process dies at that write (from 1): before it is durable, or right after. */
  crash: { at: number; when: 'before' | 'after' } | undefined;
}

/** A disk that is well. */
export function goodDisk(): DiskManner {
  return { latencyMs: 1, stuckUntil: 0, writes: 0, crash: undefined };
}

interface Parts {
  time: SimTime;
  chance: Chance;
  life: Life;
  manner: DiskManner;
  /** Ends the process. */
  die: (when: 'before' | 'after') => void;
}

/** Writes of one process to one disk, one after the other. */
class Writer {
  readonly #parts: Parts;
  #lastAt = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Resolves when `apply` has been done and the process knows. */
  write(apply: () => void): Promise<void> {
    const { time, chance, life, manner, die } = this.#parts;
    if (!life.alive) return new Promise(() => {});
    const due = Math.max(time.now, manner.stuckUntil) + chance.delay(manner.latencyMs, 5000);
    this.#lastAt = Math.max(this.#lastAt, due);
    return new Promise((resolve, reject) => {
      time.at(this.#lastAt, life, () => {
        manner.writes += 1;
        const crash = manner.crash?.at === manner.writes ? manner.crash.when : undefined;
        if (crash === 'before') return die('before');
        try {
          apply();
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
          return;
        }
        if (crash === 'after') return die('after');
        resolve();
      });
    });
  }
}

/** An agent's journal on `disk`. */
export function simJournal(disk: JournalDisk, parts: Parts): Journal {
  const inner = memoryJournal(disk);
  const writer = new Writer(parts);
  return {
    ...inner,
    // The twin applies at once, within the call.
    commit: (writes) => writer.write(() => void inner.commit(structuredClone(writes))),
  };
}

/** A scheduler's store on `disk`; `written` sees every batch once it is durable. */
export function simStore(disk: MemoryDisk, parts: Parts, written: (writes: readonly Write[]) => void): Store {
  const writer = new Writer(parts);
  const inner = openMemoryStore(disk, (run) => run());
  let failure: Error | undefined;
  return {
    ...inner,
    async commit(writes) {
      await writer.write(() => {
        inner.commit(writes).catch((error: Error) => {
          failure ??= error;
        });
        written(writes);
      });
      if (failure) throw failure;
    },
  };
}

/** Logs of a scheduler that are durable. */
export type LogDisk = Map<LeaseId, LogRecord[]>;

/** A scheduler's logs: in memory at once, on `disk` with the next sync. */
export function simLogs(disk: LogDisk, parts: Parts): Logs {
  const writer = new Writer(parts);
  const all = new Map([...disk].map(([lease, records]) => [lease, [...records]]));
  let pending: { lease: LeaseId; record: LogRecord }[] = [];
  const recordsOf = (lease: LeaseId): LogRecord[] => all.get(lease) ?? [];
  const cursor = (lease: LeaseId, from: LogOffsets): LogCursor => {
    let next = 0;
    return {
      next: async () => {
        const fresh = recordsOf(lease).slice(next);
        next += fresh.length;
        return fresh.flatMap((record) => cutBefore(record, from) ?? []);
      },
    };
  };
  return {
    async append(lease, stream, offset, data, unixMs, droppedBytes = 0) {
      const gap = { stream, offset: offset - droppedBytes, data: new Uint8Array(0), unixMs, droppedBytes };
      for (const piece of [gap, { stream, offset, data, unixMs }]) {
        const records = recordsOf(lease);
        const bytes = bytesOf(records, stream);
        if (piece.offset > bytes)
          throw new Error(`a gap in the log of ${lease}: ${piece.offset} after ${bytes}`);
        const record = cutBefore(piece, { stdout: bytes, stderr: bytes });
        if (!record || lengthOf(record) === 0) continue;
        all.set(lease, [...records, record]);
        pending.push({ lease, record });
      }
    },
    sync: () =>
      writer.write(() => {
        for (const { lease, record } of pending) disk.set(lease, [...(disk.get(lease) ?? []), record]);
        pending = [];
      }),
    totals: async (lease) => ({
      stdout: totalOf(recordsOf(lease), 'stdout'),
      stderr: totalOf(recordsOf(lease), 'stderr'),
    }),
    cursor,
    async *read(lease, from) {
      yield* await cursor(lease, from).next();
    },
    release: () => {},
    remove: (lease) =>
      writer.write(() => {
        all.delete(lease);
        disk.delete(lease);
      }),
    close: async () => {},
  };
}

function bytesOf(records: readonly LogRecord[], stream: LogStream): number {
  return records.reduce((sum, record) => (record.stream === stream ? sum + lengthOf(record) : sum), 0);
}

/** The bytes of one stream. */
export function textOf(records: readonly LogRecord[], stream: LogStream): Buffer {
  return Buffer.concat(records.filter((record) => record.stream === stream).map(({ data }) => data));
}

function totalOf(records: readonly LogRecord[], stream: LogStream): StreamTotal {
  const text = textOf(records, stream);
  const bytes = bytesOf(records, stream);
  return {
    bytes,
    droppedBytes: bytes - text.length,
    sha256: new Uint8Array(createHash('sha256').update(text).digest()),
  };
}
