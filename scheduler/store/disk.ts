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
import { createCommitQueue } from './commit-queue.ts';
import { type CallName, type DiskCalls, fromErrorValue, type Reply, type Request } from './disk-calls.ts';
import type { DiskOptions } from './disk-serve.ts';
import { cursorOver, type Logs } from './logs.ts';
import type { Store } from './store.ts';

/** The state directory, open. */
export interface Disk {
  store: Store;
  logs: Logs;
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
  readonly #opened = Promise.withResolvers<void>();
  #nextId = 1;
  #dead: SuanlinkError | undefined;
  /** Told once when the thread has died. */
  onDeath: (error: SuanlinkError) => void = () => {};

  constructor(file: URL, options: DiskOptions) {
    this.#worker = new Worker(file, { workerData: options, name: 'disk' });
    this.#worker.on('message', (reply: Reply) => this.#heard(reply));
    this.#worker.on('error', (cause) => this.#died(cause));
    this.#worker.on('exit', (code) => this.#died(new Error(`the disk thread ended with ${code}`)));
  }

  /** Resolves when the state is open. */
  open(): Promise<void> {
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
    this.#worker.postMessage({ id, name, args } satisfies Request, transfer);
    return promise;
  }

  /** Ends the thread, which must have nothing to do. */
  async end(): Promise<void> {
    this.#dead ??= new SuanlinkError('unavailable', 'the scheduler is stopping');
    await this.#worker.terminate();
  }

  #heard(reply: Reply): void {
    switch (reply.kind) {
      case 'open':
        this.#opened.resolve();
        return;
      case 'cannot_open':
        this.#opened.reject(fromErrorValue(reply.error));
        return;
      default: {
        const waiting = this.#waiting.get(reply.id);
        this.#waiting.delete(reply.id);
        if (reply.kind === 'done') waiting?.resolve(reply.value as never);
        else waiting?.reject(fromErrorValue(reply.error));
      }
    }
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
  const queue = createCommitQueue((writes) => thread.call('commit', [writes]), setImmediate);
  thread.onDeath = (error) => queue.fail(error);
  return {
    load: (keep) => thread.call('load', [keep]),
    commit: queue.commit,
    jobByKey: (org, key) => thread.call('jobByKey', [org, key]),
    async close() {
      await queue.close();
      await thread.call('closeStore', []).catch(() => {});
      await thread.end();
    },
  };
}

function logsOn(thread: DiskThread): Logs {
  const logs: Logs = {
    append(lease, stream, offset, data, unixMs) {
      // A copy of its own, to hand over: the bytes lie in a frame that others still read.
      const own = new Uint8Array(data);
      return thread.call('appendLog', [lease, stream, offset, own, unixMs], [own.buffer]);
    },
    sync: () => thread.call('syncLogs', []),
    totals: (lease) => thread.call('logTotals', [lease]),
    cursor: (lease, from) => cursorOver((position) => thread.call('readLog', [lease, position, from])),
    async *read(lease, from) {
      const cursor = logs.cursor(lease, from);
      for (let records = await cursor.next(); records.length > 0; records = await cursor.next())
        yield* records;
    },
    release(lease) {
      thread.call('releaseLog', [lease]).catch(() => {});
    },
    close: () => thread.call('closeLogs', []),
  };
  return logs;
}

/** Opens (and makes, or brings forward) the state in `options.stateDir`; close the logs first, then the store.
 * `state_locked` with the holder's pid, `storage_failed`. */
export async function openDisk(options: DiskOptions, file = threadFile()): Promise<Disk> {
  const thread = new DiskThread(file, options);
  try {
    await thread.open();
  } catch (caught) {
    await thread.end();
    throw caught;
  }
  return { store: storeOn(thread), logs: logsOn(thread) };
}
