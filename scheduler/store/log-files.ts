/**
 * Logs in files (edge). A lease that is being appended to has a tail in memory: how far each stream has got and the
 * running SHA-256 of each. After a restart the tail is made by reading the file once, when it is first wanted.
 *
 * `sync` is a group commit: one runs at a time, and all who ask meanwhile share the next. Files are open only between
 * an append and the sync that covers it, so thousands of leases need few descriptors.
 */
import { createHash, type Hash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fdatasync,
  fsync,
  ftruncateSync,
  mkdirSync,
  openSync,
  writeSync,
} from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SuanlinkError } from '../../proto/codes.ts';
import type { LeaseId } from '../../proto/ids.ts';
import { decodeRecords, encodeRecord, headerBytes, type LogRecord, type LogStream } from './log-record.ts';
import { cutBefore, type LogCursor, type LogOffsets, type Logs, type StreamTotal } from './logs.ts';

const readBytes = 256 * 1024;
const largestRecord = headerBytes + 1024 * 1024;
const syncData = promisify(fdatasync);
const syncAll = promisify(fsync);

interface Tail {
  /** Valid bytes of the file. */
  size: number;
  streams: Record<LogStream, { bytes: number; hash: Hash }>;
}

interface Dirty {
  fd: number;
  isNew: boolean;
}

function isMissing(caught: unknown): boolean {
  return caught instanceof Error && 'code' in caught && caught.code === 'ENOENT';
}

function emptyTail(): Tail {
  return {
    size: 0,
    streams: {
      stdout: { bytes: 0, hash: createHash('sha256') },
      stderr: { bytes: 0, hash: createHash('sha256') },
    },
  };
}

/** The records of a file from `position` on, a buffer at a time; ends at its end or where it is torn. */
async function* scan(
  file: FileHandle,
  position: number,
): AsyncGenerator<{ records: LogRecord[]; end: number }> {
  let at = position;
  let size = readBytes;
  for (;;) {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(size), 0, size, at);
    const { records, used, damaged } = decodeRecords(buffer.subarray(0, bytesRead));
    at += used;
    if (records.length > 0) yield { records, end: at };
    if (damaged || bytesRead < size) return;
    size = used === 0 ? largestRecord : readBytes;
  }
}

async function readTail(path: string): Promise<Tail> {
  const tail = emptyTail();
  let file: FileHandle;
  try {
    file = await open(path, 'r+');
  } catch (caught) {
    if (isMissing(caught)) return tail;
    throw caught;
  }
  try {
    for await (const { records, end } of scan(file, 0)) {
      for (const { stream, data } of records) {
        tail.streams[stream].bytes += data.length;
        tail.streams[stream].hash.update(data);
      }
      tail.size = end;
    }
    await file.truncate(tail.size);
    return tail;
  } finally {
    await file.close();
  }
}

function createCursor(path: string, from: LogOffsets): LogCursor {
  let at = 0;
  return {
    async next() {
      let file: FileHandle;
      try {
        file = await open(path, 'r');
      } catch (caught) {
        if (isMissing(caught)) return [];
        throw SuanlinkError.from(caught, 'storage_failed', `reading the log ${path}`);
      }
      try {
        for await (const { records, end } of scan(file, at)) {
          at = end;
          const wanted = records.flatMap((record) => cutBefore(record, from) ?? []);
          if (wanted.length > 0) return wanted;
        }
        return [];
      } finally {
        await file.close();
      }
    },
  };
}

/** Group sync of the files that have been written to. */
class Syncer {
  readonly #dir: string;
  #dirty = new Map<LeaseId, Dirty>();
  #running: Promise<void> | undefined;
  #queued: Promise<void> | undefined;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** A descriptor that stays open until the next sync has covered what is written to it now. */
  open(lease: LeaseId, path: string, isNew: boolean): number {
    const known = this.#dirty.get(lease);
    if (known) return known.fd;
    const fd = openSync(path, 'a', 0o600);
    this.#dirty.set(lease, { fd, isNew });
    return fd;
  }

  sync(): Promise<void> {
    if (this.#running) {
      this.#queued ??= this.#running.catch(() => {}).then(() => this.#begin());
      return this.#queued;
    }
    return this.#dirty.size === 0 ? Promise.resolve() : this.#begin();
  }

  async #begin(): Promise<void> {
    this.#queued = undefined;
    this.#running = this.#syncNow();
    try {
      await this.#running;
    } catch (caught) {
      throw SuanlinkError.from(caught, 'storage_failed', `writing logs in ${this.#dir}`);
    } finally {
      this.#running = undefined;
    }
  }

  async #syncNow(): Promise<void> {
    const group = [...this.#dirty.values()];
    this.#dirty = new Map();
    try {
      await Promise.all(group.map(({ fd }) => syncData(fd)));
      if (group.some(({ isNew }) => isNew)) await this.#syncDir();
    } finally {
      for (const { fd } of group) closeSync(fd);
    }
  }

  async #syncDir(): Promise<void> {
    const fd = openSync(this.#dir, 'r');
    try {
      await syncAll(fd);
    } finally {
      closeSync(fd);
    }
  }
}

function writeWhole(fd: number, bytes: Buffer, size: number): void {
  const written = writeSync(fd, bytes);
  if (written === bytes.length) return;
  // A record is there whole or not at all: readers and later appends rely on it.
  ftruncateSync(fd, size);
  throw new Error(`only ${written} of ${bytes.length} bytes were written`);
}

const total = ({ bytes, hash }: { bytes: number; hash: Hash }): StreamTotal => ({
  bytes,
  sha256: new Uint8Array(hash.copy().digest()),
});

class LogFiles implements Logs {
  readonly #dir: string;
  readonly #syncer: Syncer;
  readonly #tails = new Map<LeaseId, Promise<Tail> | Tail>();

  constructor(dir: string) {
    this.#dir = dir;
    this.#syncer = new Syncer(dir);
  }

  async append(
    lease: LeaseId,
    stream: LogStream,
    offset: number,
    data: Uint8Array,
    unixMs: number,
  ): Promise<void> {
    const known = this.#tail(lease);
    this.#write(lease, known instanceof Promise ? await known : known, { stream, offset, data, unixMs });
  }

  sync(): Promise<void> {
    return this.#syncer.sync();
  }

  async totals(lease: LeaseId): Promise<Record<LogStream, StreamTotal>> {
    const { streams } = await this.#tail(lease);
    return { stdout: total(streams.stdout), stderr: total(streams.stderr) };
  }

  cursor(lease: LeaseId, from: LogOffsets): LogCursor {
    return createCursor(this.#path(lease), from);
  }

  async *read(lease: LeaseId, from: LogOffsets): AsyncGenerator<LogRecord> {
    const cursor = this.cursor(lease, from);
    for (let records = await cursor.next(); records.length > 0; records = await cursor.next()) yield* records;
  }

  release(lease: LeaseId): void {
    this.#tails.delete(lease);
  }

  close(): Promise<void> {
    return this.sync();
  }

  #path(lease: LeaseId): string {
    return join(this.#dir, `${lease}.log`);
  }

  #tail(lease: LeaseId): Promise<Tail> | Tail {
    const known = this.#tails.get(lease);
    if (known) return known;
    const path = this.#path(lease);
    const made = existsSync(path) ? this.#readTail(lease, path) : emptyTail();
    this.#tails.set(lease, made);
    return made;
  }

  async #readTail(lease: LeaseId, path: string): Promise<Tail> {
    try {
      const tail = await readTail(path);
      this.#tails.set(lease, tail);
      return tail;
    } catch (caught) {
      this.#tails.delete(lease);
      throw SuanlinkError.from(caught, 'storage_failed', `reading the log of ${lease}`);
    }
  }

  #write(lease: LeaseId, tail: Tail, record: LogRecord): void {
    const state = tail.streams[record.stream];
    if (record.offset > state.bytes)
      throw new SuanlinkError(
        'protocol_error',
        `${record.stream} of ${lease} jumps from byte ${state.bytes} to ${record.offset}`,
      );
    const fresh = cutBefore(record, { stdout: state.bytes, stderr: state.bytes });
    if (!fresh || fresh.data.length === 0) return;
    const bytes = encodeRecord(fresh);
    try {
      writeWhole(this.#syncer.open(lease, this.#path(lease), tail.size === 0), bytes, tail.size);
    } catch (caught) {
      throw SuanlinkError.from(caught, 'storage_failed', `writing the log of ${lease}`);
    }
    tail.size += bytes.length;
    state.bytes += fresh.data.length;
    state.hash.update(fresh.data);
  }
}

/** Logs in `stateDir/logs`; `storage_failed` when it cannot be made. */
export function openLogFiles(stateDir: string): Logs {
  const dir = join(stateDir, 'logs');
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  } catch (caught) {
    throw SuanlinkError.from(caught, 'storage_failed', `making the log directory ${dir}`);
  }
  return new LogFiles(dir);
}
