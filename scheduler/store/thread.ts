/** A worker thread that does disk calls (edge), as seen from the main thread: calls of one turn of the event loop travel
 * together, and so do answers. */
import { getAsset, isSea } from 'node:sea';
import { Worker } from 'node:worker_threads';
import { SuanlinkError } from '../../proto/codes.ts';
import { type Answer, type CallName, type DiskCalls, fromErrorValue, type Request } from './disk-calls.ts';

/** What the workers run: beside this file, or where the build puts it; in one executable there are no files. */
export function threadFile(): URL {
  if (isSea()) {
    const text = Buffer.from(getAsset('disk-thread.mjs', 'utf8'));
    return new URL(`data:text/javascript;base64,${text.toString('base64')}`);
  }
  const built = process.env.SUANLINK_DISK_THREAD;
  return new URL(built ?? './disk-thread.ts', import.meta.url);
}

interface Waiting {
  resolve: (value: never) => void;
  reject: (error: SuanlinkError) => void;
}

/** Calls to one disk thread. It dies with the first defect: everything that waits, and all that comes, is refused. */
export class DiskThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  /** Calls of this turn of the event loop: they go together. */
  #calls: Request[] = [];
  #transfer: ArrayBuffer[] = [];
  readonly #last: (() => void)[] = [];
  #isFlushing = false;
  #dead: SuanlinkError | undefined;
  /** Told once when the thread has died. */
  onDeath: (error: SuanlinkError) => void = () => {};

  /** `file` is what the worker runs, `workerData` whatever that wants. */
  constructor(file: URL, name: string, workerData: object = {}) {
    this.#worker = new Worker(file, { workerData, name });
    this.#worker.on('message', (answers: Answer[]) => {
      for (const answer of answers) this.#answered(answer);
    });
    this.#worker.on('error', (cause) => this.#died(cause));
    this.#worker.on('exit', (code) => this.#died(new Error(`the disk thread ended with ${code}`)));
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

  #answered(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('value' in answer) waiting?.resolve(answer.value as never);
    else waiting?.reject(fromErrorValue(answer.error));
  }

  #died(cause: unknown): void {
    if (this.#dead) return;
    const error = new SuanlinkError('storage_failed', 'a thread of the scheduler has died', { cause });
    this.#dead = error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    this.onDeath(error);
  }
}
