/**
 * Logs in files (edge), one per lease, behind a journal that makes them durable (`log-journal.ts`). A lease that is being
 * appended to has a tail in memory: how far each stream has got and the running SHA-256 of each. After a restart the tail
 * is made by reading the file once, when it is first wanted.
 */
import { createHash, type Hash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { type FileHandle, open, opendir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SuanlinkError } from '../../proto/codes.ts';
import { type LeaseId, parseId } from '../../proto/ids.ts';
import { LogJournal, replayJournals, writeWhole } from './log-journal.ts';
import {
  decodeRecords,
  encodeRecord,
  headerBytes,
  lengthOf,
  type LogRecord,
  type LogStream,
} from './log-record.ts';
import {
  cursorOver,
  cutBefore,
  type LogCursor,
  type LogOffsets,
  type LogPage,
  type Logs,
  type StreamTotal,
} from './logs.ts';

const logSuffix = '.log';
const nothing = new Uint8Array(0);
const readBytes = 256 * 1024;
const largestRecord = headerBytes + 1024 * 1024;
/** Descriptors kept for appending; thousands of leases share them. */
const maxOpenFiles = 256;

interface StreamTail {
  bytes: number;
  droppedBytes: number;
  hash: Hash;
}

interface Tail {
  /** Valid bytes of the file. */
  size: number;
  streams: Record<LogStream, StreamTail>;
}

function emptyTail(): Tail {
  return {
    size: 0,
    streams: {
      stdout: { bytes: 0, droppedBytes: 0, hash: createHash('sha256') },
      stderr: { bytes: 0, droppedBytes: 0, hash: createHash('sha256') },
    },
  };
}

function grow(stream: StreamTail, record: LogRecord): void {
  stream.bytes += lengthOf(record);
  stream.droppedBytes += record.droppedBytes ?? 0;
  stream.hash.update(record.data);
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
  const file = await open(path, 'r+');
  try {
    for await (const { records, end } of scan(file, 0)) {
      for (const record of records) grow(tail.streams[record.stream], record);
      tail.size = end;
    }
    await file.truncate(tail.size);
    return tail;
  } finally {
    await file.close();
  }
}

/** The first records from `position` on that are not before the wanted offsets. */
async function readPage(path: string, position: number, from: LogOffsets): Promise<LogPage> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (caught) {
    throw SuanlinkError.from(caught, 'storage_failed', `reading the log ${path}`);
  }
  let at = position;
  try {
    for await (const { records, end } of scan(file, at)) {
      at = end;
      const wanted = records.flatMap((record) => cutBefore(record, from) ?? []);
      if (wanted.length > 0) return { records: wanted, position: at };
    }
    return { records: [], position: at };
  } finally {
    await file.close();
  }
}

/** Files that are being appended to, opened once and closed when many others have been used since. */
class OpenFiles {
  readonly #fds = new Map<string, number>();

  fd(path: string): number {
    const known = this.#fds.get(path);
    if (known !== undefined) {
      this.#fds.delete(path);
      this.#fds.set(path, known);
      return known;
    }
    const fd = openSync(path, 'a', 0o600);
    this.#fds.set(path, fd);
    for (const [oldest] of this.#fds) {
      if (this.#fds.size <= maxOpenFiles) break;
      this.close(oldest);
    }
    return fd;
  }

  close(path: string): void {
    const fd = this.#fds.get(path);
    if (fd === undefined) return;
    this.#fds.delete(path);
    closeSync(fd);
  }

  closeAll(): void {
    for (const path of [...this.#fds.keys()]) this.close(path);
  }
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.datasync();
  } finally {
    await file.close();
  }
}

const total = ({ bytes, droppedBytes, hash }: StreamTail): StreamTotal => ({
  bytes,
  droppedBytes,
  sha256: new Uint8Array(hash.copy().digest()),
});

/** The lease of a log file; undefined for a file that is none of ours. */
function leaseOf(name: string): LeaseId | undefined {
  if (!name.endsWith(logSuffix)) return undefined;
  try {
    return parseId('lease', name.slice(0, -logSuffix.length));
  } catch {
    // Somebody else's file in our directory is nobody's log.
    return undefined;
  }
}

/** A log file and its size. */
export interface LogFile {
  lease: LeaseId;
  bytes: number;
}

/** The logs of a directory. */
export class LogFiles implements Logs {
  readonly #dir: string;
  readonly #tails = new Map<LeaseId, Promise<Tail> | Tail>();
  readonly #files = new OpenFiles();
  readonly #journalBytes: number | undefined;
  #journal: LogJournal | undefined;
  #isClosed = false;

  constructor(dir: string, journalBytes: number | undefined) {
    this.#dir = dir;
    this.#journalBytes = journalBytes;
  }

  /** Replays what a crash left, then begins a new journal. */
  async begin(): Promise<void> {
    const touched = new Set<LeaseId>();
    await replayJournals(
      this.#dir,
      async (lease, record) => {
        touched.add(lease);
        const tail = await this.#tail(lease);
        // A gap would mean that the file lost what had been synced: the rest is kept out, and the end's check says so.
        if (record.offset <= tail.streams[record.stream].bytes) this.#write(lease, tail, record);
      },
      () => this.#syncFiles(touched),
    );
    for (const lease of touched) this.release(lease);
    this.#journal = new LogJournal(this.#dir, (leases) => this.#syncFiles(leases), this.#journalBytes);
  }

  async append(
    lease: LeaseId,
    stream: LogStream,
    offset: number,
    data: Uint8Array,
    unixMs: number,
    droppedBytes = 0,
  ): Promise<void> {
    const known = this.#tail(lease);
    const tail = known instanceof Promise ? await known : known;
    if (droppedBytes > 0) {
      const leftOut = { stream, offset: offset - droppedBytes, data: nothing, unixMs, droppedBytes };
      if (!this.#isAfterGap(tail, leftOut)) this.#write(lease, tail, leftOut);
    }
    this.#write(lease, tail, { stream, offset, data, unixMs });
  }

  /** Whether what a record says was left out has been passed already: then it came before. */
  #isAfterGap(tail: Tail, { stream, offset, droppedBytes = 0 }: LogRecord): boolean {
    return tail.streams[stream].bytes >= offset + droppedBytes;
  }

  async sync(): Promise<void> {
    try {
      await this.#journal?.sync();
    } catch (caught) {
      throw SuanlinkError.from(caught, 'storage_failed', `writing logs in ${this.#dir}`);
    }
  }

  async totals(lease: LeaseId): Promise<Record<LogStream, StreamTotal>> {
    const isThere = this.#tails.has(lease) || existsSync(this.#path(lease));
    // A log of nothing is not remembered: nobody would have it forgotten again.
    const { streams } = isThere ? await this.#tail(lease) : emptyTail();
    return { stdout: total(streams.stdout), stderr: total(streams.stderr) };
  }

  /** What is there from `position` in the file on; nothing for a log that has no file. */
  async page(lease: LeaseId, position: number, from: LogOffsets): Promise<LogPage> {
    const path = this.#path(lease);
    const tail = this.#tails.get(lease);
    const size = tail && !(tail instanceof Promise) ? tail.size : undefined;
    const isThere = size === undefined ? existsSync(path) : size > position;
    return isThere ? readPage(path, position, from) : { records: [], position };
  }

  cursor(lease: LeaseId, from: LogOffsets): LogCursor {
    return cursorOver((position) => this.page(lease, position, from));
  }

  async *read(lease: LeaseId, from: LogOffsets): AsyncGenerator<LogRecord> {
    const cursor = this.cursor(lease, from);
    for (let records = await cursor.next(); records.length > 0; records = await cursor.next()) yield* records;
  }

  release(lease: LeaseId): void {
    this.#tails.delete(lease);
    this.#files.close(this.#path(lease));
  }

  async remove(lease: LeaseId): Promise<void> {
    this.release(lease);
    try {
      await rm(this.#path(lease), { force: true });
    } catch (caught) {
      throw SuanlinkError.from(caught, 'storage_failed', `removing the log of ${lease}`);
    }
  }

  /** The log files that there are, with their sizes. */
  async *files(): AsyncGenerator<LogFile> {
    for await (const entry of await opendir(this.#dir)) {
      const lease = leaseOf(entry.name);
      if (!lease) continue;
      const found = await stat(join(this.#dir, entry.name)).catch(() => undefined);
      if (found) yield { lease, bytes: found.size };
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    try {
      await this.#journal?.close();
    } finally {
      this.#files.closeAll();
      this.#tails.clear();
    }
  }

  async #syncFiles(leases: ReadonlySet<LeaseId>): Promise<void> {
    for (const lease of leases) {
      const path = this.#path(lease);
      if (existsSync(path)) await syncFile(path);
    }
  }

  #path(lease: LeaseId): string {
    return join(this.#dir, `${lease}${logSuffix}`);
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
    // A descriptor that was closed may already be another file's.
    if (this.#isClosed) throw new SuanlinkError('unavailable', 'the scheduler is stopping');
    const state = tail.streams[record.stream];
    if (record.offset > state.bytes)
      throw new SuanlinkError(
        'protocol_error',
        `${record.stream} of ${lease} jumps from byte ${state.bytes} to ${record.offset}`,
      );
    const fresh = cutBefore(record, { stdout: state.bytes, stderr: state.bytes });
    if (!fresh || lengthOf(fresh) === 0) return;
    const bytes = encodeRecord(fresh);
    try {
      // The journal last: what it has, the file has.
      writeWhole(this.#files.fd(this.#path(lease)), bytes, tail.size);
      this.#journal?.append(lease, bytes);
    } catch (caught) {
      throw SuanlinkError.from(caught, 'storage_failed', `writing the log of ${lease}`);
    }
    tail.size += bytes.length;
    grow(state, fresh);
  }
}

/** Logs in `stateDir/logs`, as a crash may have left them; `storage_failed`. `journalBytes`: size of a journal's parts. */
export async function openLogFiles(stateDir: string, journalBytes?: number): Promise<LogFiles> {
  const dir = join(stateDir, 'logs');
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  } catch (caught) {
    throw SuanlinkError.from(caught, 'storage_failed', `making the log directory ${dir}`);
  }
  const logs = new LogFiles(dir, journalBytes);
  await logs.begin();
  return logs;
}
