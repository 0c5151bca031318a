/**
 * A disk thread's side (edge): SQLite, or the log files, called one by one in the order in which the main thread asked. A
 * commit blocks its thread until it is on the disk, and nobody else.
 */
import type { MessagePort, Transferable } from 'node:worker_threads';
import { SuanlinkError } from '../../proto/codes.ts';
import {
  type Answer,
  type CallHandlers,
  type DiskOptions,
  type Request,
  toErrorValue,
} from './disk-calls.ts';
import { type LogFile, type LogFiles, openLogFiles } from './log-files.ts';
import { openSqlite, type SqliteFile } from './sqlite.ts';
import { loadUsageKey } from './usage-key.ts';
import { unpacked, Verifier } from './verifier.ts';

/** For tests: what happens on the thread right before each commit; may block it. */
export interface DiskHooks {
  beforeCommit?(): void;
}

/** What a thread has open; which of the two depends on what it was told to open. */
class Open {
  #file: SqliteFile | undefined;
  #logs: LogFiles | undefined;
  #listing: AsyncGenerator<LogFile> | undefined;

  openStore({ stateDir, schedulerId }: DiskOptions): Uint8Array {
    const file = openSqlite(stateDir, schedulerId, (data) => key.sign(data));
    this.#file = file;
    const key = loadUsageKey(stateDir);
    return key.publicKey;
  }

  async openLogs(stateDir: string): Promise<void> {
    this.#logs = await openLogFiles(stateDir);
  }

  file(): SqliteFile {
    return this.#file ?? neverOpened();
  }

  logs(): LogFiles {
    return this.#logs ?? neverOpened();
  }

  /** The next of all log files. */
  async nextFiles(first: boolean, limit: number): Promise<LogFile[]> {
    if (first || !this.#listing) this.#listing = this.logs().files();
    const found: LogFile[] = [];
    while (found.length < limit) {
      const next = await this.#listing.next();
      if (next.done) break;
      found.push(next.value);
    }
    return found;
  }
}

function neverOpened(): never {
  throw new SuanlinkError('internal', 'this disk thread was told to open something else');
}

function handlers(hooks: DiskHooks): CallHandlers {
  const open = new Open();
  const verifier = new Verifier();
  const file = (): SqliteFile => open.file();
  const logs = (): LogFiles => open.logs();
  return {
    openStore: (options) => open.openStore(options),
    load: (keep) => file().load(keep),
    commit(packed) {
      hooks.beforeCommit?.();
      file().commit(packed);
    },
    job: (id) => file().job(id),
    olderJobs: (wish) => file().olderJobs(wish),
    recentUsage: (wish) => file().recentUsage(wish),
    jobByKey: (org, key) => file().jobByKey(org, key),
    lease: (id) => file().lease(id),
    usageSums: (query) => file().usageSums(query),
    jobUsage: (job) => file().jobUsage(job),
    endsOfLeases: (leases) => leases.map((lease) => file().endOfLease(lease)),
    backup: (to) => file().backup(to),
    closeStore: () => file().close(),
    openLogs: (stateDir) => open.openLogs(stateDir),
    appendLog: (...piece) => logs().append(...piece),
    syncLogs: () => logs().sync(),
    logTotals: (lease) => logs().totals(lease),
    readLog: (lease, position, from) => logs().page(lease, position, from),
    releaseLog: (lease) => logs().release(lease),
    removeLog: (lease) => logs().remove(lease),
    nextLogFiles: (first, limit) => open.nextFiles(first, limit),
    closeLogs: () => logs().close(),
    verify: (check) => verifier.isSignedBy(...unpacked(check)),
  };
}

/** The memory of an answer that can be handed over instead of copied: the pieces of a page of a log lie in one buffer. */
function transferable(name: Request['name'], value: unknown): Transferable[] {
  if (name !== 'readLog') return [];
  const { records } = value as Awaited<ReturnType<CallHandlers['readLog']>>;
  return [...new Set(records.map(({ data }) => data.buffer as ArrayBuffer))];
}

async function call(all: CallHandlers, { name, args }: Request): Promise<unknown> {
  // The names and arguments come from `disk.ts`, which is typed by the same table.
  return (all[name] as (...args: unknown[]) => unknown)(...args);
}

/** Sends answers together: those of one turn of the event loop in one message. */
class Answers {
  readonly #port: MessagePort;
  #waiting: Answer[] = [];
  #transfer: Transferable[] = [];

  constructor(port: MessagePort) {
    this.#port = port;
  }

  add(answer: Answer, transfer: Transferable[]): void {
    this.#waiting.push(answer);
    this.#transfer.push(...transfer);
    if (this.#waiting.length === 1) setImmediate(() => this.#flush());
  }

  #flush(): void {
    this.#port.postMessage(this.#waiting, this.#transfer);
    this.#waiting = [];
    this.#transfer = [];
  }
}

/** Does the calls that come through `port`. */
export function serveDisk(port: MessagePort, hooks: DiskHooks = {}): void {
  const all = handlers(hooks);
  const answers = new Answers(port);
  port.on('message', (requests: Request[]) => {
    for (const request of requests) {
      const { id, name } = request;
      call(all, request).then(
        (value) => answers.add({ id, value }, transferable(name, value)),
        (caught: unknown) => answers.add({ id, error: toErrorValue(caught) }, []),
      );
    }
  });
}
