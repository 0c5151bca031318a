/**
 * The scheduler's disk (edge): SQLite and the log files on a thread of their own, so that a disk that is slow, or hangs,
 * holds up whoever waits for it and nobody else: renewals, heartbeats and sessions go on.
 *
 * GROUND RULES
 * - Calls are answered in the order in which they were made, but for reads of logs and syncs, which overlap.
 * - The thread dies with the first defect: everything that waits, and all that comes, is refused, as after a commit that
 *   failed.
 */
import { Worker } from 'node:worker_threads';
import { SuanlinkError } from '../../proto/codes.ts';
import type { LeaseId } from '../../proto/ids.ts';
import { CommitQueue } from './commit-queue.ts';
import {
  type Answer,
  type CallName,
  type DiskCalls,
  fromErrorValue,
  type Reply,
  type Request,
} from './disk-calls.ts';
import type { DiskOptions } from './disk-serve.ts';
import type { LogRecord, LogStream } from './log-record.ts';
import { cursorOver, type LogCursor, type LogOffsets, type Logs, type StreamTotal } from './logs.ts';
import type { ExpiredLog, RetentionRules } from './retention.ts';
import type { Store } from './store.ts';

/** The state directory, open. */
export interface Disk {
  store: Store;
  logs: Logs;
  /** The public half of the key that signs usage records, 32 bytes. */
  usageKey: Uint8Array;
  /** The logs that are to be removed by `rules`. */
  expiredLogs(rules: RetentionRules, nowUnixMs: number): Promise<ExpiredLog[]>;
}

interface Waiting {
  resolve: (value: never) => void;
  reject: (error: SuanlinkError) => void;
}

/** The file that the worker runs: beside this one, or where the build puts it. */
function threadFile(): URL {
  const built = process.env.SUANLINK_DISK_THREAD;
  return new URL(built ?? './disk-thread.ts', import.meta.url);
}

/** Calls to the disk thread. */
class DiskThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #opened = Promise.withResolvers<Uint8Array>();
  #nextId = 1;
  /** Calls of this turn of the event loop: they go together. */
  #calls: Request[] = [];
  #transfer: ArrayBuffer[] = [];
  readonly #last: (() => void)[] = [];
  #isFlushing = false;
  #dead: SuanlinkError | undefined;
  /** Told once when the thread has died. */
  onDeath: (error: SuanlinkError) => void = () => {};

  constructor(file: URL, options: DiskOptions) {
    this.#worker = new Worker(file, { workerData: options, name: 'disk' });
    this.#worker.on('message', (reply: Reply) => this.#heard(reply));
    this.#worker.on('error', (cause) => this.#died(cause));
    this.#worker.on('exit', (code) => this.#died(new Error(`the disk thread ended with ${code}`)));
  }

  /** Resolves when the state is open, with the key that signs what is billed. */
  open(): Promise<Uint8Array> {
    return this.#opened.promise;
  }

  call<Name extends CallName>(
    name: Name,
    args: Parameters<DiskCalls[Name]>,
    transfer: ArrayBuffer[] = [],
  ): Promise<ReturnType<DiskCalls[Name]>> {
    if (this.#dead) return Promise.reject(this.#dead);
    const id = this.#nextId;
    this.#nextId += 1;
    const { promise, resolve, reject } = Promise.withResolvers<ReturnType<DiskCalls[Name]>>();
    this.#waiting.set(id, { resolve, reject });
    this.#calls.push({ id, name, args });
    this.#transfer.push(...transfer);
    this.#flushSoon();
    return promise;
  }

  /** Runs `run` when this turn's calls go, so that its own go with them. */
  beforeFlush(run: () => void): void {
    this.#last.push(run);
    this.#flushSoon();
  }

  #flushSoon(): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    setImmediate(() => this.#flush());
  }

  #flush(): void {
    for (const run of this.#last.splice(0)) run();
    this.#isFlushing = false;
    if (this.#calls.length === 0 || this.#dead) return;
    this.#worker.postMessage(this.#calls, this.#transfer);
    this.#calls = [];
    this.#transfer = [];
  }

  /** Ends the thread, which must have nothing to do. */
  async end(): Promise<void> {
    this.#dead ??= new SuanlinkError('unavailable', 'the scheduler is stopping');
    await this.#worker.terminate();
  }

  #heard(reply: Reply): void {
    switch (reply.kind) {
      case 'open':
        this.#opened.resolve(reply.usageKey);
        return;
      case 'cannot_open':
        this.#opened.reject(fromErrorValue(reply.error));
        return;
      default:
        for (const answer of reply.answers) this.#answered(answer);
    }
  }

  #answered(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('value' in answer) waiting?.resolve(answer.value as never);
    else waiting?.reject(fromErrorValue(answer.error));
  }

  #died(cause: unknown): void {
    if (this.#dead) return;
    const error = new SuanlinkError('storage_failed', 'the thread that writes the state has died', { cause });
    this.#dead = error;
    this.#opened.reject(error);
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    this.onDeath(error);
  }
}

function storeOn(thread: DiskThread): Store {
  const queue = new CommitQueue(
    (writes) => thread.call('commit', [writes]),
    (run) => thread.beforeFlush(run),
  );
  thread.onDeath = (error) => queue.fail(error);
  return {
    load: (keep) => thread.call('load', [keep]),
    commit: queue.commit,
    jobByKey: (org, key) => thread.call('jobByKey', [org, key]),
    lease: (id) => thread.call('lease', [id]),
    usageSums: (query) => thread.call('usageSums', [query]),
    jobUsage: (job) => thread.call('jobUsage', [job]),
    async close() {
      await queue.close();
      await thread.call('closeStore', []).catch(() => {});
      await thread.end();
    },
  };
}

/** Ended leases whose last append is still known. */
const rememberedLeases = 10_000;

/** The logs on the disk thread. It is asked for nothing that is known here: a reader that has everything is told so until
 * somebody appends. */
class LogsOn implements Logs {
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
    // A copy of its own, to hand over: the bytes lie in a frame that others still read.
    const own = new Uint8Array(data);
    await this.#thread.call('appendLog', [lease, stream, offset, own, unixMs, droppedBytes], [own.buffer]);
    this.#note(lease);
  }

  sync(): Promise<void> {
    return this.#thread.call('syncLogs', []);
  }

  async totals(lease: LeaseId): Promise<Record<LogStream, StreamTotal>> {
    const found = await this.#thread.call('logTotals', [lease]);
    // It has a file, so the thread remembers its end until it is released.
    if (found.stdout.bytes + found.stderr.bytes > 0 && !this.#appends.has(lease)) this.#note(lease);
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

  close(): Promise<void> {
    return this.#thread.call('closeLogs', []);
  }
}

/** Opens (and makes, or brings forward) the state in `options.stateDir`; close the logs first, then the store.
 * `state_locked` with the holder's pid, `storage_failed`. */
export async function openDisk(options: DiskOptions, file = threadFile()): Promise<Disk> {
  const thread = new DiskThread(file, options);
  const usageKey = await thread.open().catch(async (caught: unknown) => {
    await thread.end();
    throw caught;
  });
  return {
    usageKey,
    store: storeOn(thread),
    logs: new LogsOn(thread),
    expiredLogs: (rules, nowUnixMs) => thread.call('expiredLogs', [rules, nowUnixMs]),
  };
}
