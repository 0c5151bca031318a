/**
 * The disk thread's side (edge): SQLite and the log files, called one by one in the order in which the main thread asked.
 * A commit blocks this thread until it is on the disk, and nobody else.
 */
import type { MessagePort, Transferable } from 'node:worker_threads';
import { type Answer, type CallHandlers, type Reply, type Request, toErrorValue } from './disk-calls.ts';
import { LogFiles, openLogFiles } from './log-files.ts';
import { type EndedLog, type ExpiredLog, expiredLogs, type RetentionRules } from './retention.ts';
import { openSqlite, type SqliteFile } from './sqlite.ts';
import { loadUsageKey } from './usage-key.ts';

/** What the main thread hands over at the start. */
export interface DiskOptions {
  stateDir: string;
  /** For a store that is made now. */
  schedulerId: string;
}

/** For tests: what happens on the disk thread right before each commit; may block it. */
export interface DiskHooks {
  beforeCommit?(): void;
}

function handlers(file: SqliteFile, logs: LogFiles, hooks: DiskHooks): CallHandlers {
  return {
    load: (keep) => file.load(keep),
    commit(writes) {
      hooks.beforeCommit?.();
      file.commit(writes);
    },
    jobByKey: (org, key) => file.jobByKey(org, key),
    lease: (id) => file.lease(id),
    usageSums: (query) => file.usageSums(query),
    jobUsage: (job) => file.jobUsage(job),
    closeStore: () => file.close(),
    appendLog: (...piece) => logs.append(...piece),
    syncLogs: () => logs.sync(),
    logTotals: (lease) => logs.totals(lease),
    readLog: (lease, position, from) => logs.page(lease, position, from),
    releaseLog: (lease) => logs.release(lease),
    removeLog: (lease) => logs.remove(lease),
    expiredLogs: (rules, nowUnixMs) => findExpired(file, logs, rules, nowUnixMs),
    closeLogs: () => logs.close(),
  };
}

/** Looks at every log file, a few at a time, so that commits come in between. */
async function findExpired(
  file: SqliteFile,
  logs: LogFiles,
  rules: RetentionRules,
  nowUnixMs: number,
): Promise<ExpiredLog[]> {
  const ended: EndedLog[] = [];
  let total = 0;
  for await (const { lease, bytes } of logs.files()) {
    const found = file.endOfLease(lease);
    // What was to be removed when the process was killed.
    if (found?.isLogRemoved) {
      await logs.remove(lease);
      continue;
    }
    total += bytes;
    if (found) ended.push({ leaseId: lease, epoch: found.epoch, bytes, endedUnixMs: found.endedUnixMs });
  }
  return expiredLogs(ended, total, rules, nowUnixMs);
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
    const reply: Reply = { kind: 'answers', answers: this.#waiting };
    this.#port.postMessage(reply, this.#transfer);
    this.#waiting = [];
    this.#transfer = [];
  }
}

/** Opens the state and serves `port` until it is closed. */
export async function serveDisk(
  port: MessagePort,
  { stateDir, schedulerId }: DiskOptions,
  hooks: DiskHooks = {},
): Promise<void> {
  const say = (reply: Reply): void => port.postMessage(reply);
  let file: SqliteFile | undefined;
  try {
    // The store first: it is the lock on the directory.
    file = openSqlite(stateDir, schedulerId, (data) => usageKey.sign(data));
    const usageKey = loadUsageKey(stateDir);
    const all = handlers(file, await openLogFiles(stateDir), hooks);
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
    say({ kind: 'open', usageKey: usageKey.publicKey });
  } catch (caught) {
    file?.close();
    say({ kind: 'cannot_open', error: toErrorValue(caught) });
  }
}
