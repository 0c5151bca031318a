/** What the scheduler's main thread asks of its disk threads, and how the answers travel. Types, and errors as values. */
import { type Code, isCode, SuanlinkError } from '../../proto/codes.ts';
import type { JobId, LeaseId, OrgId } from '../../proto/ids.ts';
import type { LeaseRecord, SignedUsage, StoredJob, UsageQuery, UsageRecord, UsageSum } from '../records.ts';
import type { OrgKey } from './key-filter.ts';
import type { LogFile } from './log-files.ts';
import type { LogStream } from './log-record.ts';
import type { LogOffsets, LogPage, StreamTotal } from './logs.ts';
import type { EndOfLease } from './sqlite.ts';
import type { Value } from './sqlite-rows.ts';
import type { OlderJobs, RecentUsage, Snapshot } from './store.ts';

/** Which state. */
export interface DiskOptions {
  stateDir: string;
  /** For a store that is made now. */
  schedulerId: string;
}

/** Every call, by its name. Arguments and results are plain data. A thread must be told to open before anything else. */
export interface DiskCalls {
  /** Gives the public half of the key that signs usage records; `state_locked`, `storage_failed`. */
  openStore(options: DiskOptions): Uint8Array;
  load(keep: number): Snapshot;
  /** What `pack` made of writes; durable when it is answered. */
  commit(packed: readonly Value[]): void;
  job(id: JobId): StoredJob | undefined;
  olderJobs(wish: OlderJobs): StoredJob[];
  recentUsage(wish: RecentUsage): UsageRecord[];
  jobByKey(org: OrgId, key: string): StoredJob | undefined;
  keysAfter(from: OrgKey, limit: number): OrgKey[];
  lease(id: LeaseId): LeaseRecord | undefined;
  usageSums(query: UsageQuery): UsageSum[];
  jobUsage(job: JobId): SignedUsage[];
  /** How leases stand, in the same order; undefined for those that live or are not known. */
  endsOfLeases(leases: readonly LeaseId[]): (EndOfLease | undefined)[];
  /** Copies the state, but for logs, to the folder `to`. */
  backup(to: string): void;
  closeStore(): void;
  /** `storage_failed`. */
  openLogs(stateDir: string): void;
  appendLog(
    lease: LeaseId,
    stream: LogStream,
    offset: number,
    data: Uint8Array,
    unixMs: number,
    droppedBytes: number,
  ): void;
  syncLogs(): void;
  logTotals(lease: LeaseId): Record<LogStream, StreamTotal>;
  readLog(lease: LeaseId, position: number, from: LogOffsets): LogPage;
  releaseLog(lease: LeaseId): void;
  removeLog(lease: LeaseId): void;
  /** The next log files, in no order, from the first one on if `first`; none at their end. */
  nextLogFiles(first: boolean, limit: number): LogFile[];
  closeLogs(): void;
  /** Whether signatures are good, 1 or 0 for each; `checks` as `verifier.ts` packs them. */
  verify(checks: Uint8Array): Uint8Array;
}

/** The name of a call. */
export type CallName = keyof DiskCalls;

/** How the disk thread does each call. */
export type CallHandlers = {
  [Name in CallName]: (
    ...args: Parameters<DiskCalls[Name]>
  ) => ReturnType<DiskCalls[Name]> | Promise<ReturnType<DiskCalls[Name]>>;
};

/** One call on its way. */
export interface Request {
  /** Answered with the same number. */
  id: number;
  name: CallName;
  args: unknown[];
}

/** An error on its way: classes do not travel. */
export interface ErrorValue {
  code: Code;
  message: string;
  details: Record<string, string | number | boolean>;
  cause: string;
}

/** The answer to one call. */
export type Answer = { id: number } & ({ value: unknown } | { error: ErrorValue });

/** `caught` as a value. */
export function toErrorValue(caught: unknown): ErrorValue {
  const { code, message, details, cause } = SuanlinkError.from(caught, 'internal', 'on the disk thread');
  return { code, message, details: { ...details }, cause: cause instanceof Error ? cause.message : '' };
}

/** The error of a value. */
export function fromErrorValue({ code, message, details, cause }: ErrorValue): SuanlinkError {
  return new SuanlinkError(isCode(code) ? code : 'internal', message, {
    details,
    ...(cause === '' ? {} : { cause: new Error(cause) }),
  });
}
