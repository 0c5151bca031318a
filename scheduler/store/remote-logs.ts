/** The logs as the main thread has them: calls to the thread that keeps the files. */
import type { LeaseId } from '../../proto/ids.ts';
import { type LogRecord, type LogStream, nothingHash } from './log-record.ts';
import { cursorOver, type LogCursor, type LogOffsets, type Logs, type StreamTotal } from './logs.ts';
import type { DiskThread } from './thread.ts';

/** Ended leases whose last append is still known. */
const rememberedLeases = 10_000;

/** A stream of which nothing was written. */
const emptyStream: StreamTotal = {
  bytes: 0,
  droppedBytes: 0,
  sha256: new Uint8Array(Buffer.from(nothingHash, 'hex')),
};

/** See `Logs`. The thread is asked for nothing that is known here: a reader that has everything is told so until
 * somebody appends. */
export class RemoteLogs implements Logs {
  readonly #thread: DiskThread;
  /** Of each lease that was appended to, the number of its last append; numbers are never used twice. */
  readonly #appends = new Map<LeaseId, number>();
  #count = 0;
  /** Those of them that are over, oldest first: kept for a while, for readers that come a little later. */
  readonly #over = new Set<LeaseId>();
  /** How many were forgotten since. */
  #forgotten = 0;

  constructor(thread: DiskThread) {
    this.#thread = thread;
  }

  async append(
    lease: LeaseId,
    stream: LogStream,
    offset: number,
    data: Uint8Array,
    unixMs: number,
    droppedBytes = 0,
  ): Promise<void> {
    // From now on it is not one that was never appended to.
    if (!this.#appends.has(lease)) this.#appends.set(lease, 0);
    // A copy of its own, to hand over: the bytes lie in a frame that others still read.
    const own = new Uint8Array(data);
    await this.#thread.call('appendLog', [lease, stream, offset, own, unixMs, droppedBytes], [own.buffer]);
    this.#note(lease);
  }

  sync(): Promise<void> {
    return this.#thread.call('syncLogs', []);
  }

  async totals(lease: LeaseId, isNew = false): Promise<Record<LogStream, StreamTotal>> {
    if (isNew && !this.#appends.has(lease)) return { stdout: emptyStream, stderr: emptyStream };
    const found = await this.#thread.call('logTotals', [lease]);
    // It has a file, so the thread remembers its end until it is released.
    if (found.stdout.bytes + found.stderr.bytes > 0 && !this.#appends.get(lease)) this.#note(lease);
    return found;
  }

  cursor(lease: LeaseId, from: LogOffsets): LogCursor {
    let seen: { append: number; forgotten: number } | undefined;
    const pages = cursorOver((position) => this.#thread.call('readLog', [lease, position, from]));
    return {
      next: async () => {
        const now = { append: this.#appends.get(lease) ?? 0, forgotten: this.#forgotten };
        // Without a number it was never appended to, or is forgotten since: only then is it asked for in vain.
        if (seen?.append === now.append && (now.append !== 0 || seen.forgotten === now.forgotten)) return [];
        const records = await pages.next();
        if (records.length === 0) seen = now;
        return records;
      },
    };
  }

  async *read(lease: LeaseId, from: LogOffsets): AsyncGenerator<LogRecord> {
    const cursor = this.cursor(lease, from);
    for (let records = await cursor.next(); records.length > 0; records = await cursor.next()) yield* records;
  }

  #note(lease: LeaseId): void {
    this.#count += 1;
    this.#appends.set(lease, this.#count);
    this.#over.delete(lease);
  }

  release(lease: LeaseId): void {
    if (!this.#appends.has(lease)) return;
    this.#over.add(lease);
    for (const [oldest] of this.#over.entries()) {
      if (this.#over.size <= rememberedLeases) break;
      this.#over.delete(oldest);
      this.#appends.delete(oldest);
      this.#forgotten += 1;
    }
    // Refused only when the thread is gone, and its memory with it.
    this.#thread.call('releaseLog', [lease]).catch(() => {});
  }

  remove(lease: LeaseId): Promise<void> {
    return this.#thread.call('removeLog', [lease]);
  }

  async close(): Promise<void> {
    try {
      await this.#thread.call('closeLogs', []);
    } finally {
      await this.#thread.end();
    }
  }
}
