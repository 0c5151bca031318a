/**
 * Leases whose cards idle: when their owner is warned, and when the cards go back to those who wait. Pure.
 *
 * A lease idles when every one of its cards has been known to be below `belowPct` for `afterMs`: a card of which nothing is
 * known is never idle. It is warned first. Once others wait for such cards it has `noticeMs` left; any use in between
 * clears all of it.
 */

/** When a lease counts as idle. Durations in ms. */
export interface IdleRules {
  /** Use of every card below this many percent. */
  belowPct: number;
  /** For so long; 0: nothing is ever idle. */
  afterMs: number;
  /** After the warning, from when others wait. */
  noticeMs: number;
}

const longestLookMs = 60_000;

/** How often to look at leases: often enough that no time is passed by more than a quarter; Infinity: never. */
export function lookEveryMs({ afterMs, noticeMs }: IdleRules): number {
  if (afterMs <= 0) return Number.POSITIVE_INFINITY;
  return Math.max(1000, Math.min(longestLookMs, afterMs / 4, noticeMs / 4));
}

/** A warning that stands. Moments are monotonic ms. */
export interface IdleWarning {
  warnedAt: number;
  /** Since when others have been waiting for such cards; undefined: they are not. */
  wantedAt: number | undefined;
}

/** What is seen of a lease at one moment. */
export interface IdleSight {
  now: number;
  /** When one of its cards was last in use, the start of its work at the earliest; undefined: not known of every card. */
  busyAt: number | undefined;
  /** Whether others wait for such cards. */
  isWanted: boolean;
}

/** What follows: nothing; a warning (the same one when it stands already); or the end. */
export type IdleVerdict =
  | { kind: 'busy' }
  | { kind: 'warned'; warning: IdleWarning }
  | { kind: 'reclaimed'; idleMs: number };

/** Judges a lease by what is seen of it and the warning that it has. */
export function judgeIdle(
  { belowPct, afterMs, noticeMs }: IdleRules,
  before: IdleWarning | undefined,
  { now, busyAt, isWanted }: IdleSight,
): IdleVerdict {
  if (afterMs <= 0 || belowPct <= 0 || busyAt === undefined || now - busyAt < afterMs)
    return { kind: 'busy' };
  // Whatever was used after a warning has cleared it.
  const standing = before !== undefined && before.warnedAt >= busyAt ? before : undefined;
  if (!standing) return { kind: 'warned', warning: { warnedAt: now, wantedAt: isWanted ? now : undefined } };
  if (!isWanted) return { kind: 'warned', warning: { ...standing, wantedAt: undefined } };
  const wantedAt = standing.wantedAt ?? now;
  if (now - wantedAt >= noticeMs) return { kind: 'reclaimed', idleMs: now - busyAt };
  return { kind: 'warned', warning: { ...standing, wantedAt } };
}
