/**
 * Group commit: everything that arrives in one turn of the event loop becomes one transaction.
 *
 * The commit runs in the check phase right after the sockets were read: at once when idle, and when busy the loop clocks
 * itself, because what arrives while a commit holds the thread is read together afterwards. No timer is involved, so an
 * idle scheduler adds no waiting. After a failure everything is refused.
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
  /** Resolves when nothing waits; afterwards every commit is refused. */
  close(): Promise<void>;
}

/** `apply` makes the writes of a group durable, all or none, and throws `SuanlinkError`; `later` runs it after the
 * current turn. */
export function createCommitQueue(
  apply: (writes: readonly Write[]) => void,
  later: (run: () => void) => void,
): CommitQueue {
  let waiting: Waiting[] = [];
  let refusal: SuanlinkError | undefined;

  function flush(): void {
    const group = waiting;
    waiting = [];
    try {
      if (refusal) throw refusal;
      apply(group.flatMap((one) => one.writes));
    } catch (caught) {
      const error = SuanlinkError.from(caught, 'storage_failed', "writing the scheduler's state");
      refusal ??= error;
      for (const { reject } of group) reject(error);
      return;
    }
    for (const { resolve } of group) resolve();
  }

  function commit(writes: readonly Write[]): Promise<void> {
    if (refusal) return Promise.reject(refusal);
    return new Promise((resolve, reject) => {
      waiting.push({ writes, resolve, reject });
      if (waiting.length === 1) later(flush);
    });
  }

  return {
    commit,
    async close() {
      if (waiting.length > 0) flush();
      refusal ??= new SuanlinkError('unavailable', 'the scheduler is stopping');
    },
  };
}
