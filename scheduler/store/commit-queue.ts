/**
 * Group commit: everything that arrives in one turn of the event loop, and while a commit is under way, becomes one
 * transaction.
 *
 * An idle queue begins right after the sockets were read, so it adds no waiting; a busy one clocks itself, because what
 * arrives meanwhile goes together afterwards. No timer is involved. After a failure everything is refused.
 */
import { SuanlinkError } from '../../proto/codes.ts';
import type { Write } from './store.ts';

interface Waiting {
  writes: readonly Write[];
  resolve: () => void;
  reject: (error: SuanlinkError) => void;
}

/** Commits in order, grouped. */
export interface CommitQueue {
  commit(writes: readonly Write[]): Promise<void>;
  /** Whatever waits or is under way, and all that comes, is refused with `error`. */
  fail(error: SuanlinkError): void;
  /** Resolves when nothing waits and nothing is under way; afterwards every commit is refused. */
  close(): Promise<void>;
}

/** `apply` makes the writes of a group durable, all or none, and throws (or rejects with) `SuanlinkError`; the next group
 * waits for it. `later` runs the first group after the current turn. */
export function createCommitQueue(
  apply: (writes: readonly Write[]) => void | Promise<void>,
  later: (run: () => void) => void,
): CommitQueue {
  let waiting: Waiting[] = [];
  let underWay: Waiting[] = [];
  let isAsked = false;
  let refusal: SuanlinkError | undefined;
  let idle: (() => void)[] = [];

  function settle(error: SuanlinkError | undefined): void {
    refusal ??= error;
    const group = underWay;
    underWay = [];
    for (const { resolve, reject } of group)
      if (refusal) reject(error ?? refusal);
      else resolve();
    if (waiting.length > 0) flush();
    else for (const woken of idle.splice(0)) woken();
  }

  function failed(caught: unknown): void {
    settle(SuanlinkError.from(caught, 'storage_failed', "writing the scheduler's state"));
  }

  function flush(): void {
    isAsked = false;
    if (underWay.length > 0 || waiting.length === 0) return;
    underWay = waiting;
    waiting = [];
    try {
      if (refusal) throw refusal;
      const applied = apply(underWay.flatMap((one) => one.writes));
      if (applied) applied.then(() => settle(undefined), failed);
      else settle(undefined);
    } catch (caught) {
      failed(caught);
    }
  }

  return {
    commit(writes) {
      if (refusal) return Promise.reject(refusal);
      return new Promise((resolve, reject) => {
        waiting.push({ writes, resolve, reject });
        if (isAsked || underWay.length > 0) return;
        isAsked = true;
        later(flush);
      });
    },
    fail(error) {
      refusal ??= error;
      const all = [...underWay, ...waiting];
      underWay = [];
      waiting = [];
      for (const { reject } of all) reject(error);
      for (const woken of idle.splice(0)) woken();
    },
    async close() {
      flush();
      if (underWay.length > 0) await new Promise<void>((resolve) => idle.push(resolve));
      refusal ??= new SuanlinkError('unavailable', 'the scheduler is stopping');
    },
  };
}
