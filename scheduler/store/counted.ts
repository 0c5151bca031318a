/** A store that counts what passes through it: how commits go, and how leases end. */
import type { Store, Write } from './store.ts';

/** What was counted since the start. */
export interface Commits {
  readonly count: number;
  readonly totalMs: number;
  /** One has failed: the store takes no more. */
  readonly failed: boolean;
  /** Leases that ended, by reason. */
  readonly ended: ReadonlyMap<string, number>;
  /** How long the oldest commit under way has taken at `now`; 0 when there is none. */
  waitingMs(now: number): number;
}

/** `store` with a counter beside it; `now` is monotonic ms. */
export function countCommits(store: Store, now: () => number): { store: Store; commits: Commits } {
  const ended = new Map<string, number>();
  /** When those under way began, oldest first. */
  const underWay = new Set<{ at: number }>();
  const counted = { count: 0, totalMs: 0, failed: false };
  const note = (writes: readonly Write[]): void => {
    for (const write of writes)
      if (write.kind === 'lease_state' && write.end)
        ended.set(write.end.reason, (ended.get(write.end.reason) ?? 0) + 1);
  };
  const commit = async (writes: readonly Write[]): Promise<void> => {
    const own = { at: now() };
    underWay.add(own);
    try {
      await store.commit(writes);
    } catch (caught) {
      counted.failed = true;
      throw caught;
    } finally {
      underWay.delete(own);
    }
    counted.count += 1;
    counted.totalMs += now() - own.at;
    note(writes);
  };
  return {
    store: {
      load: (keep) => store.load(keep),
      commit,
      job: (id) => store.job(id),
      olderJobs: (wish) => store.olderJobs(wish),
      recentUsage: (wish) => store.recentUsage(wish),
      jobByKey: (org, key) => store.jobByKey(org, key),
      lease: (id) => store.lease(id),
      usageSums: (query) => store.usageSums(query),
      jobUsage: (jobId) => store.jobUsage(jobId),
      close: () => store.close(),
    },
    commits: {
      get count() {
        return counted.count;
      },
      get totalMs() {
        return counted.totalMs;
      },
      get failed() {
        return counted.failed;
      },
      ended,
      waitingMs(at) {
        const [oldest] = underWay;
        return oldest === undefined ? 0 : Math.max(0, at - oldest.at);
      },
    },
  };
}
