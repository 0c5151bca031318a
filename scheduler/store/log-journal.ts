/**
 * The journal before the log files (edge): one file for all leases, so that making many short logs durable costs one
 * disk write instead of one per lease.
 *
 * HOW IT WORKS. A record is written to its lease's file and here, both without waiting for the disk; `sync` waits for
 * the journal alone, one sync at a time, and all who ask meanwhile share the next. When the journal has grown it is
 * closed and a new one begun; the files of the leases in the old one are synced behind everybody's back, then it is
 * removed. After a crash every journal that is found is replayed into the files before anything else happens.
 */
import {
  closeSync,
  fdatasync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readdirSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SuanlinkError } from '../../proto/codes.ts';
import type { LeaseId } from '../../proto/ids.ts';
import { decodeEntries, encodeEntry, entryBytes, headerBytes, type LogRecord } from './log-record.ts';

const suffix = '.journal';
const readBytes = 4 * 1024 * 1024;
const largestEntry = entryBytes + headerBytes + 1024 * 1024;
const syncData = promisify(fdatasync);

/** Writes all of `bytes` at the end of the file or, leaving it at `size`, nothing. */
export function writeWhole(fd: number, bytes: Buffer, size: number): void {
  const written = writeSync(fd, bytes);
  if (written === bytes.length) return;
  ftruncateSync(fd, size);
  throw new Error(`only ${written} of ${bytes.length} bytes were written`);
}

/** Makes the names in a directory durable. */
function syncDir(dir: string): void {
  const fd = openSync(dir, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** One journal file. */
interface Part {
  path: string;
  fd: number;
  size: number;
  leases: Set<LeaseId>;
}

/** The journal of a log directory. */
export class LogJournal {
  readonly #dir: string;
  readonly #syncFiles: (leases: ReadonlySet<LeaseId>) => Promise<void>;
  readonly #rotateBytes: number;
  #number = 0;
  #part: Part;
  /** Parts that are closed for writing but not yet synced. */
  #full: Part[] = [];
  /** Everything written so far, and how much of it is on the disk, in bytes over all parts. */
  #written = 0;
  #synced = 0;
  #running: Promise<void> | undefined;
  #clearing: Promise<void> = Promise.resolve();
  #failed: SuanlinkError | undefined;

  /** A journal in `dir`, where none may be (see `replayJournals`). `syncFiles` makes lease files durable; a part that has
   * reached `rotateBytes` is followed by another. */
  constructor(
    dir: string,
    syncFiles: (leases: ReadonlySet<LeaseId>) => Promise<void>,
    rotateBytes = 64 * 1024 * 1024,
  ) {
    this.#dir = dir;
    this.#syncFiles = syncFiles;
    this.#rotateBytes = rotateBytes;
    this.#part = this.#begin();
  }

  /** Writes a record, as encoded; it is durable after the next `sync`. */
  append(lease: LeaseId, record: Buffer): void {
    if (this.#part.size >= this.#rotateBytes) {
      this.#full.push(this.#part);
      this.#part = this.#begin();
    }
    const part = this.#part;
    const entry = encodeEntry(lease, record);
    writeWhole(part.fd, entry, part.size);
    part.size += entry.length;
    part.leases.add(lease);
    this.#written += entry.length;
  }

  /** Resolves when everything appended before is on the disk. */
  async sync(): Promise<void> {
    const wanted = this.#written;
    while (this.#synced < wanted) {
      this.#running ??= this.#syncNow().finally(() => {
        this.#running = undefined;
      });
      await this.#running;
    }
    if (this.#failed) throw this.#failed;
  }

  /** Syncs everything and removes the journal. */
  async close(): Promise<void> {
    await this.sync();
    this.#retire(this.#part);
    await this.#clearing;
    if (this.#failed) throw this.#failed;
  }

  async #syncNow(): Promise<void> {
    const upTo = this.#written;
    const full = this.#full;
    this.#full = [];
    await Promise.all([...full, this.#part].map(({ fd }) => syncData(fd)));
    this.#synced = upTo;
    for (const part of full) this.#retire(part);
  }

  #begin(): Part {
    this.#number += 1;
    const path = join(this.#dir, `${String(this.#number).padStart(10, '0')}${suffix}`);
    const fd = openSync(path, 'ax', 0o600);
    syncDir(this.#dir);
    return { path, fd, size: 0, leases: new Set() };
  }

  /** Removes a part once its leases' files are durable. When that fails it stays, and `sync` says so from then on. */
  #retire(part: Part): void {
    this.#clearing = this.#clearing.then(async () => {
      try {
        closeSync(part.fd);
        await this.#syncFiles(part.leases);
        syncDir(this.#dir);
        unlinkSync(part.path);
      } catch (caught) {
        this.#failed ??= SuanlinkError.from(caught, 'storage_failed', `removing ${part.path}`);
      }
    });
  }
}

async function* entriesOf(file: FileHandle): AsyncGenerator<{ lease: LeaseId; record: LogRecord }> {
  let at = 0;
  let size = readBytes;
  for (;;) {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(size), 0, size, at);
    const { entries, used } = decodeEntries(buffer.subarray(0, bytesRead));
    yield* entries;
    at += used;
    if (bytesRead < size || (used === 0 && size >= largestEntry)) return;
    size = Math.max(readBytes, largestEntry);
  }
}

/** Hands every entry of the journals in `dir`, oldest first, to `take`, then `done`, then removes them. */
export async function replayJournals(
  dir: string,
  take: (lease: LeaseId, record: LogRecord) => Promise<void>,
  done: () => Promise<void>,
): Promise<void> {
  const names = readdirSync(dir)
    .filter((name) => name.endsWith(suffix))
    .sort();
  try {
    for (const name of names) {
      await using file = await open(join(dir, name), 'r');
      for await (const { lease, record } of entriesOf(file)) await take(lease, record);
    }
    await done();
    syncDir(dir);
    for (const name of names) unlinkSync(join(dir, name));
  } catch (caught) {
    throw SuanlinkError.from(caught, 'storage_failed', `replaying the journal of ${dir}`);
  }
}
