/** Which logs are removed: those of leases that ended too long ago, and the oldest of those that take too much room. Pure. */
import type { LeaseKey } from '../../proto/lease.ts';

/** How long, and how much, logs of ended leases are kept. Those of live leases are never touched, nor counted off. */
export interface RetentionRules {
  ageMs: number;
  /** Of all log files together, live ones included. */
  totalBytes: number;
}

/** 30 days, and 64 GiB. */
export const defaultRetention: RetentionRules = { ageMs: 30 * 86_400_000, totalBytes: 64 * 1024 ** 3 };

/** The log of a lease that has ended. */
export interface EndedLog extends LeaseKey {
  bytes: number;
  endedUnixMs: number;
}

/** A log to be removed, and why. */
export interface ExpiredLog extends LeaseKey {
  bytes: number;
  why: 'age' | 'room';
}

/** At most so many at a time: the rest comes with the next look. */
export const mostAtOnce = 1000;

/** What is to go of `ended`, the oldest first; `totalBytes` is the size of all logs, live ones included. */
export function expiredLogs(
  ended: readonly EndedLog[],
  totalBytes: number,
  rules: RetentionRules,
  nowUnixMs: number,
): ExpiredLog[] {
  const found: ExpiredLog[] = [];
  let left = totalBytes;
  for (const { leaseId, epoch, bytes, endedUnixMs } of [...ended].sort(
    (a, b) => a.endedUnixMs - b.endedUnixMs,
  )) {
    const isOld = nowUnixMs - endedUnixMs > rules.ageMs;
    if ((!isOld && left <= rules.totalBytes) || found.length >= mostAtOnce) break;
    left -= bytes;
    found.push({ leaseId, epoch, bytes, why: isOld ? 'age' : 'room' });
  }
  return found;
}
