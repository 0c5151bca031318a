/** What the scheduler's main thread asks of its disk thread, and how the answers travel. Types, and errors as values. */
import { type Code, isCode, SuanlinkError } from '../../proto/codes.ts';
import type { JobId, LeaseId, OrgId } from '../../proto/ids.ts';
import type { LeaseRecord, SignedUsage, StoredJob, UsageQuery, UsageSum } from '../records.ts';
import type { LogStream } from './log-record.ts';
import type { LogOffsets, LogPage, StreamTotal } from './logs.ts';
import type { ExpiredLog, RetentionRules } from './retention.ts';
import type { Snapshot, Write } from './store.ts';

/** Every call, by its name. Arguments and results are plain data. */
export interface DiskCalls {
  load(keep: number): Snapshot;
  /** Durable when it is answered. */
  commit(writes: readonly Write[]): void;
  jobByKey(org: OrgId, key: string): StoredJob | undefined;
  lease(id: LeaseId): LeaseRecord | undefined;
  usageSums(query: UsageQuery): UsageSum[];
  jobUsage(job: JobId): SignedUsage[];
  closeStore(): void;
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
  /** What is to be removed by the rules; logs that were to be removed before and are still there go at once. */
  expiredLogs(rules: RetentionRules, nowUnixMs: number): ExpiredLog[];
  closeLogs(): void;
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

/** What the disk thread says: first whether it could open the state, then answers, as many as there are at once: a
 * message costs more than what is in it. */
export type Reply =
  | { kind: 'open'; usageKey: Uint8Array }
  | { kind: 'cannot_open'; error: ErrorValue }
  | { kind: 'answers'; answers: Answer[] };

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
