/**
 * A disk thread's side (edge): SQLite, or the log files, called one by one in the order in which the main thread asked. A
 * commit blocks its thread until it is on the disk, and nobody else; those that came meanwhile then become one
 * transaction. After one that failed all are refused.
 */
import { type MessagePort, receiveMessageOnPort, type Transferable } from 'node:worker_threads';
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
import type { Value } from './sqlite-rows.ts';
import { loadUsageKey } from './usage-key.ts';
import { Verifier } from './verifier.ts';

/** For tests: what happens on the thread right before each commit; may block it. */
export interface DiskHooks {
  beforeCommit?(): void;
}

/** What a thread has open; which of the two depends on what it was told to open. */
class Open {
  #file: SqliteFile | undefined;
  #logs: LogFiles | undefined;
  #listing: AsyncGenerator<LogFile> | undefined;
  /** Why nothing is written any more. */
  #refusal: SuanlinkError | undefined;

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

  /** Makes a group durable; what comes after one that failed may rest on it, and is on its way already. */
  commit(packed: readonly Value[]): void {
    if (this.#refusal) throw this.#refusal;
    try {
      this.file().commit(packed);
    } catch (caught) {
      this.#refusal = SuanlinkError.from(caught, 'storage_failed', "writing the scheduler's state");
      throw this.#refusal;
    }
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
      open.commit(packed);
    },
    job: (id) => file().job(id),
    olderJobs: (wish) => file().olderJobs(wish),
    recentUsage: (wish) => file().recentUsage(wish),
    jobByKey: (org, key) => file().jobByKey(org, key),
    keysAfter: (from, limit) => file().keysAfter(from, limit),
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
    verify: (checks) => verifier.verifyAll(checks),
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

/** What has come through `port` by now, the first message of it at hand. */
function arrived(port: MessagePort, first: Request[]): Request[] {
  const all = [...first];
  for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port))
    all.push(...(next.message as Request[]));
  return all;
}

/** Calls in their order; those that can be done in one are one, with all their numbers. */
function* joined(requests: readonly Request[]): Generator<{ ids: number[]; request: Request }> {
  let commits: Request[] = [];
  function* together(): ReturnType<typeof joined> {
    const [first] = commits;
    if (!first) return;
    const packed = commits.flatMap(({ args }) => args[0] as Value[]);
    yield { ids: commits.map(({ id }) => id), request: { ...first, args: [packed] } };
    commits = [];
  }
  for (const request of requests) {
    if (request.name === 'commit') {
      commits.push(request);
      continue;
    }
    yield* together();
    yield { ids: [request.id], request };
  }
  yield* together();
}

/** Does the calls that come through `port`. */
export function serveDisk(port: MessagePort, hooks: DiskHooks = {}): void {
  const all = handlers(hooks);
  const answers = new Answers(port);
  port.on('message', (first: Request[]) => {
    for (const { ids, request } of joined(arrived(port, first)))
      call(all, request).then(
        (value) => ids.forEach((id) => answers.add({ id, value }, transferable(request.name, value))),
        (caught: unknown) => ids.forEach((id) => answers.add({ id, error: toErrorValue(caught) }, [])),
      );
  });
}
