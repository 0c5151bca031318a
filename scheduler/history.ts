/** Jobs and usage that memory has forgotten, found again in the store: memory keeps the newest that have ended. */
import type { JobView } from '../proto/api.ts';
import type { JobId, OrgId } from '../proto/ids.ts';
import type { Driver } from './driver.ts';
import type { PoolState } from './pool/state.ts';
import { jobViewOf } from './pool/views.ts';
import type { LeaseRecord, StoredJob, UsageRecord } from './records.ts';
import type { Store } from './store/store.ts';

/** A job out of the store, for people; it has ended, or memory would have it. */
export function storedView({ job, leases, usage }: StoredJob): JobView {
  const usageOf = ({ leaseId }: LeaseRecord): UsageRecord[] => usage.filter((row) => row.leaseId === leaseId);
  return jobViewOf(job, 'ended', { leases, usageOf }, '');
}

/** What the store knows and memory does not. */
export class History {
  readonly #state: PoolState;
  readonly #driver: Driver;
  readonly #store: Store;

  constructor(state: PoolState, driver: Driver, store: Store) {
    this.#state = state;
    this.#driver = driver;
    this.#store = store;
  }

  /** A job that is not in memory; undefined when there never was one. */
  async job(id: JobId): Promise<StoredJob | undefined> {
    if (this.#state.forgottenTo === 0) return undefined;
    // Its end may be on its way to the disk still: an empty commit comes after it.
    if (this.#driver.isSettling(id)) await this.#store.commit([]);
    return this.#store.job(id);
  }

  /** The job of an organisation's idempotency key, unless memory has it. */
  async jobOfKey(org: OrgId, key: string): Promise<StoredJob | undefined> {
    return this.#state.forgottenTo === 0 ? undefined : this.#store.jobByKey(org, key);
  }

  /** Up to `limit` ended jobs of numbers from `from` on that are not in memory, newest first; `org` null: of all. */
  async jobsFrom(from: number, org: OrgId | null, limit: number): Promise<StoredJob[]> {
    const upTo = this.#state.forgottenTo;
    if (upTo < from || upTo === 0) return [];
    const older = await this.#store.olderJobs({ org, upTo, limit });
    return older.filter(({ job }) => job.number >= from && !this.#state.jobs.has(job.id));
  }
}
