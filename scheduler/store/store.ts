/**
 * The scheduler's durable state: what survives a crash. One process owns it.
 *
 * GROUND RULES
 * - `commit` resolves when its writes are durable, in the order in which commits were made; a commit is applied as a
 *   whole or not at all.
 * - Writes about a lease are fenced: they name its epoch and the states they may leave. One that changes no row is
 *   `stale_epoch`: somebody else holds the truth.
 * - A commit that fails takes with it every commit that was made after it (and may take those of its own group), and the
 *   store takes no more until it is opened again: what follows was decided on state that never came to be. Nothing that
 *   was not acknowledged was promised, so the scheduler stops and starts again from what is there.
 * - Heartbeats, renewals and telemetry never come here; log bytes are in `logs.ts`.
 */
import type { JobId, LeaseId, NodeId, OrgId } from '../../proto/ids.ts';
import type { LeaseKey } from '../../proto/lease.ts';
import type { TokenRecord } from '../control.ts';
import type { LeaseState } from '../lease/states.ts';
import type {
  EndRecord,
  JobRecord,
  LeaseRecord,
  NodeRecord,
  PauseRecord,
  SettingRecord,
  SignedUsage,
  StopRecord,
  StoredJob,
  UsageQuery,
  UsageRecord,
  UsageSum,
} from '../records.ts';

/** A change of one lease: `from` is the `state IN (…)` of its fence. */
export interface LeaseWrite extends LeaseKey {
  kind: 'lease_state';
  from: readonly LeaseState[];
  state: LeaseState;
  stop: StopRecord | null;
  end: EndRecord | null;
}

/** One row written. */
export type Write =
  | { kind: 'next_epoch'; value: number }
  | { kind: 'pause'; row: PauseRecord | null }
  | { kind: 'setting'; row: SettingRecord }
  | { kind: 'setting_over'; of: SettingRecord['kind']; name: string }
  | { kind: 'token'; row: TokenRecord }
  | { kind: 'node'; row: NodeRecord }
  | { kind: 'session'; nodeId: NodeId; name: string; sessionEpoch: number }
  | { kind: 'received'; nodeId: NodeId; seq: number }
  | { kind: 'job'; row: JobRecord }
  | { kind: 'job_cancelled'; jobId: JobId; message: string }
  | { kind: 'job_end'; jobId: JobId; end: EndRecord | null }
  | { kind: 'lease'; row: LeaseRecord }
  | LeaseWrite
  /** Only of a lease that has ended, and once. */
  | (LeaseKey & { kind: 'log_removed'; unixMs: number })
  /** Written once: the same key again changes nothing. The store countersigns it, if it has a key. */
  | { kind: 'usage'; row: UsageRecord; nodeSignature: Uint8Array };

/** What a starting scheduler needs: everything that lives, and the newest of what has ended. */
export interface Snapshot {
  /** Made once, when the store was. */
  schedulerId: string;
  nextEpoch: number;
  pause: PauseRecord | null;
  /** The `number` of the next job. */
  nextNumber: number;
  tokens: TokenRecord[];
  nodes: NodeRecord[];
  /** By number. */
  jobs: JobRecord[];
  /** Every live lease, and of each job in `jobs` its newest lease and those that may have run. */
  leases: LeaseRecord[];
  /** Those of `leases`, oldest first. */
  usage: UsageRecord[];
  /** Of the newest usage records there are, at most `maxCharges`, what fair shares are made of. */
  charges: PastCharge[];
  /** Recorded card time of each organisation in the newest month in which it has any (UTC+8). */
  months: { org: OrgId; month: string; cardMs: number }[];
  settings: SettingRecord[];
  /** The highest number of a job that `jobs` leaves out; 0: there is none. */
  forgottenTo: number;
}

/** How many charges a starting scheduler brings back: what is older weighs next to nothing, or many have come since. */
export const maxCharges = 20_000;

/** Card time that somebody has had. */
export interface PastCharge {
  org: OrgId;
  /** '' when the job is not known. */
  user: string;
  model: string;
  cardMs: number;
  preemptible: boolean;
  recordedUnixMs: number;
}

/** Which ended jobs: of `org` (null: of all), of numbers up to `upTo`. */
export interface OlderJobs {
  org: OrgId | null;
  upTo: number;
  limit: number;
}

/** Which usage records: of `org` (null: of all), recorded since then. */
export interface RecentUsage {
  org: OrgId | null;
  sinceUnixMs: number;
  limit: number;
}

/** Durable state; see the head of this file. */
export interface Store {
  /** `keep`: how many ended jobs to bring back. */
  load(keep: number): Promise<Snapshot>;
  /** `stale_epoch`, `conflict` (a key is there already) or `storage_failed`; after any of them all that follow fail. */
  commit(writes: readonly Write[]): Promise<void>;
  /** A job, however old. */
  job(id: JobId): Promise<StoredJob | undefined>;
  /** Ended jobs, newest first. */
  olderJobs(wish: OlderJobs): Promise<StoredJob[]>;
  /** Usage records, newest first. */
  recentUsage(wish: RecentUsage): Promise<UsageRecord[]>;
  /** The job of an organisation's idempotency key, however old. */
  jobByKey(org: OrgId, key: string): Promise<StoredJob | undefined>;
  /** A lease, however old. */
  lease(id: LeaseId): Promise<LeaseRecord | undefined>;
  /** Sums of usage over all there is, by key; `too_large` when one is over 2^53 - 1. */
  usageSums(query: UsageQuery): Promise<UsageSum[]>;
  /** The usage records of a job with their signatures, oldest first. */
  jobUsage(jobId: JobId): Promise<SignedUsage[]>;
  /** Waits for commits under way, then lets go of the files. */
  close(): Promise<void>;
}
