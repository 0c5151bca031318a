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

function createSyncer(dir: string, dirty: Map<LeaseId, Dirty>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let queued: Promise<void> | undefined;

  async function syncNow(): Promise<void> {
    const group = [...dirty.values()];
    dirty.clear();
    try {
      await Promise.all(group.map(({ fd }) => syncData(fd)));
      if (group.some(({ isNew }) => isNew)) await syncDir();
    } finally {
      for (const { fd } of group) closeSync(fd);
    }
  }

  async function syncDir(): Promise<void> {
    const fd = openSync(dir, 'r');
    try {
      await syncAll(fd);
    } finally {
      closeSync(fd);
    }
  }

  async function begin(): Promise<void> {
    queued = undefined;
    running = syncNow();
    try {
      await running;
    } catch (caught) {
      throw SuanlinkError.from(caught, 'storage_failed', `writing logs in ${dir}`);
    } finally {
      running = undefined;
    }
  }

  return () => {
    if (!running) return dirty.size === 0 ? Promise.resolve() : begin();
    queued ??= running.catch(() => {}).then(begin);
    return queued;
  };
}

/** Logs in `stateDir/logs`; `storage_failed` when it cannot be made. */
export function openLogFiles(stateDir: string): Logs {
  const dir = join(stateDir, 'logs');
  const tails = new Map<LeaseId, Promise<Tail> | Tail>();
  const dirty = new Map<LeaseId, Dirty>();
  const sync = createSyncer(dir, dirty);
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  } catch (caught) {
    throw SuanlinkError.from(caught, 'storage_failed', `making the log directory ${dir}`);
  }

  const pathOf = (lease: LeaseId): string => join(dir, `${lease}.log`);

  function tailOf(lease: LeaseId): Promise<Tail> | Tail {
    const known = tails.get(lease);
    if (known) return known;
    if (!existsSync(pathOf(lease))) {
      const empty = emptyTail();
      tails.set(lease, empty);
      return empty;
    }
    const reading = readTail(pathOf(lease)).then(
      (tail) => {
        tails.set(lease, tail);
        return tail;
      },
      (caught: unknown) => {
        tails.delete(lease);
        throw SuanlinkError.from(caught, 'storage_failed', `reading the log of ${lease}`);
      },
    );
    tails.set(lease, reading);
    return reading;
  }

  function opened(lease: LeaseId, tail: Tail): number {
    const known = dirty.get(lease);
    if (known) return known.fd;
    const fd = openSync(pathOf(lease), 'a', 0o600);
    dirty.set(lease, { fd, isNew: tail.size === 0 });
    return fd;
  }

  function write(lease: LeaseId, tail: Tail, record: LogRecord): void {
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
      const fd = opened(lease, tail);
      const written = writeSync(fd, bytes);
      if (written < bytes.length) {
        ftruncateSync(fd, tail.size);
        throw new Error(`only ${written} of ${bytes.length} bytes were written`);
      }
    } catch (caught) {
      throw SuanlinkError.from(caught, 'storage_failed', `writing the log of ${lease}`);
    }
    tail.size += bytes.length;
    state.bytes += fresh.data.length;
    state.hash.update(fresh.data);
  }

  const total = ({ bytes, hash }: { bytes: number; hash: Hash }): StreamTotal => ({
    bytes,
    sha256: new Uint8Array(hash.copy().digest()),
  });

  return {
    async append(lease, stream, offset, data, unixMs) {
      const known = tailOf(lease);
      write(lease, known instanceof Promise ? await known : known, { stream, offset, data, unixMs });
    },
    sync,
    async totals(lease) {
      const { streams } = await tailOf(lease);
      return { stdout: total(streams.stdout), stderr: total(streams.stderr) };
    },
    cursor: (lease, from) => createCursor(pathOf(lease), from),
    async *read(lease, from) {
      const cursor = createCursor(pathOf(lease), from);
      for (let records = await cursor.next(); records.length > 0; records = await cursor.next())
        yield* records;
    },
    release: (lease) => void tails.delete(lease),
    close: sync,
  };
}
