/**
 * The scheduler's disk (edge): SQLite on one thread, the log files on another, so that a disk that is slow, or hangs,
 * holds up whoever waits for it and nobody else: renewals, heartbeats and sessions go on, and reading a log does not wait
 * for somebody's commit.
 *
 * Each thread does its calls in the order in which they were made, but for reads and syncs of logs, which overlap.
 */
import { createHeap } from '../heap.ts';
import { CommitQueue } from './commit-queue.ts';
import type { DiskOptions } from './disk-calls.ts';
import { KeyFilter, type OrgKey } from './key-filter.ts';
import type { Logs } from './logs.ts';
import { RemoteLogs } from './remote-logs.ts';
import { type EndedLog, type ExpiredLog, expiredLogs, mostAtOnce, type RetentionRules } from './retention.ts';
import type { Store, Write } from './store.ts';
import { DiskThread, threadFile } from './thread.ts';
import { pack } from './write-rows.ts';

/** The state directory, open. */
export interface Disk {
  store: Store;
  logs: Logs;
  /** The public half of the key that signs usage records, 32 bytes. */
  usageKey: Uint8Array;
  /** The logs that are to be removed by `rules`; those that were to be removed before and are still there go at once. */
  expiredLogs(rules: RetentionRules, nowUnixMs: number): Promise<ExpiredLog[]>;
  /** Copies the state, but for logs, to the folder `to`; commits wait for it a little. */
  backup(to: string): Promise<void>;
}

/** Idempotency keys read in one go. */
const keysAtOnce = 2000;

/** Which idempotency keys there are. Those of before are read beside everything else; until then each may be one. */
class KnownKeys {
  readonly #filter = new KeyFilter();
  #isWhole = false;

  async read(thread: DiskThread): Promise<void> {
    for (let from: OrgKey | undefined = ['', '']; from; ) {
      const page: OrgKey[] = await thread.call('keysAfter', [from, keysAtOnce]);
      for (const key of page) this.#filter.add(key);
      from = page.at(-1);
    }
    this.#isWhole = true;
  }

  written(writes: readonly Write[]): void {
    for (const write of writes)
      if (write.kind === 'job' && write.row.idempotencyKey !== null)
        this.#filter.add([write.row.org, write.row.idempotencyKey]);
  }

  mayHave(key: OrgKey): boolean {
    return !this.#isWhole || this.#filter.mayHave(key);
  }
}

function storeOn(thread: DiskThread): Store {
  const keys = new KnownKeys();
  const queue = new CommitQueue(
    (writes) => thread.call('commit', [pack(writes)]),
    (run) => thread.beforeFlush(run),
  );
  thread.onDeath = (error) => queue.fail(error);
  return {
    async load(keep) {
      const snapshot = await thread.call('load', [keep]);
      // Should that fail, keys are looked up for ever, and say what is wrong.
      void keys.read(thread).catch(() => {});
      return snapshot;
    },
    commit(writes) {
      keys.written(writes);
      return queue.commit(writes);
    },
    job: (id) => thread.call('job', [id]),
    olderJobs: (wish) => thread.call('olderJobs', [wish]),
    recentUsage: (wish) => thread.call('recentUsage', [wish]),
    async jobByKey(org, key) {
      return keys.mayHave([org, key]) ? thread.call('jobByKey', [org, key]) : undefined;
    },
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

/** Log files looked at in one go. */
const pageSize = 500;

/** Looks at every log file, a page at a time, and keeps no more of them in mind than may go at once. */
async function findExpired(
  store: DiskThread,
  files: DiskThread,
  rules: RetentionRules,
  nowUnixMs: number,
): Promise<ExpiredLog[]> {
  const oldest = createHeap<EndedLog>((a, b) => a.endedUnixMs > b.endedUnixMs);
  let total = 0;
  for (let first = true; ; first = false) {
    const page = await files.call('nextLogFiles', [first, pageSize]);
    if (page.length === 0) break;
    const ends = await store.call('endsOfLeases', [page.map(({ lease }) => lease)]);
    for (const [n, { lease, bytes }] of page.entries()) {
      const end = ends[n];
      if (end?.isLogRemoved) {
        // It was to be removed when the process was killed.
        await files.call('removeLog', [lease]);
        continue;
      }
      total += bytes;
      if (!end) continue;
      oldest.push({ leaseId: lease, epoch: end.epoch, bytes, endedUnixMs: end.endedUnixMs });
      if (oldest.size > mostAtOnce) oldest.pop();
    }
  }
  const ended: EndedLog[] = [];
  for (let next = oldest.pop(); next !== undefined; next = oldest.pop()) ended.push(next);
  return expiredLogs(ended, total, rules, nowUnixMs);
}

/** Opens (and makes, or brings forward) the state in `options.stateDir`; close the logs first, then the store.
 * `state_locked` with the holder's pid, `storage_failed`. `storeThread`: another that keeps the store, and what it wants. */
export async function openDisk(
  options: DiskOptions,
  storeThread: { file: URL; workerData?: object } = { file: threadFile() },
): Promise<Disk> {
  const store = new DiskThread(storeThread.file, 'store', storeThread.workerData);
  const files = new DiskThread(threadFile(), 'logs');
  try {
    // The store first: it is the lock on the directory.
    const usageKey = await store.call('openStore', [options]);
    await files.call('openLogs', [options.stateDir]);
    const logs = new RemoteLogs(files);
    return {
      usageKey,
      store: storeOn(store),
      logs,
      expiredLogs: (rules, nowUnixMs) => findExpired(store, files, rules, nowUnixMs),
      backup: (to) => store.call('backup', [to]),
    };
  } catch (caught) {
    await Promise.all([store.end(), files.end()]);
    throw caught;
  }
}
