/** What operators grant an organisation: its weight, its caps, and what follows from them. Pure. */
import type { OrgId } from '../../proto/ids.ts';
import type { OrgSize, OrgTerms } from '../records.ts';
import type { IdleRules } from './idle.ts';

/** Weights by size, in thousandths. */
const sizeWeightMilli: Record<OrgSize, number> = {
  micro: 2000,
  small: 2000,
  medium: 1000,
  large: 1000,
};

/** The terms of an organisation about which nobody said anything. */
export function defaultTerms(org: OrgId): OrgTerms {
  return { org, size: 'medium', weightMilli: null, maxCards: null, maxCardHours: null, maxOpenJobs: null };
}

/** The weight, 1 for a medium organisation. */
export function weightOf({ size, weightMilli }: OrgTerms): number {
  return (weightMilli ?? sizeWeightMilli[size]) / 1000;
}

/** How the operator wants access shared. Durations in ms. */
export interface FairOptions {
  /** After which a charge counts half. */
  halfLifeMs: number;
  /** The part of granted work that goes in turn, whatever has been used: the guaranteed floor. 0 to 1. */
  turnPart: number;
  /** Time limits up to which an organisation over its share may start ahead of a head that waits; with longer ones it must
   * be over by the head's reservation. */
  borrowMs: number;
  /** An organisation that has used more than this many times the mean for its weight is heavy. */
  heavyAt: number;
  /** The part of the pool's cards that a heavy organisation may have at most in leases with time limits over `borrowMs`, so
   * that it cannot fill an idle pool for weeks; one lease it may always have. 0 to 1. */
  heavyPart: number;
  /** How much work of the whole pool may pass a head in turn beyond `turnPart`, as time of the pool. */
  slackMs: number;
  /** What orders the jobs of a user: their time limit, what jobs like them took, or nothing but their number. */
  sizeBy: 'limit' | 'history' | 'cards';
  /** What a preemptible lease has between SIGTERM and SIGKILL when another job needs its cards. */
  preemptNoticeMs: number;
  /** The same for any other lease that an organisation's guarantee takes back. */
  reclaimNoticeMs: number;
  /** When a lease's cards idle; see `idle.ts`. */
  idle: IdleRules;
}

const hourMs = 3_600_000;

/** The defaults of docs/fairness.md. */
export const defaultFair: FairOptions = {
  halfLifeMs: 7 * 24 * hourMs,
  turnPart: 0.1,
  borrowMs: hourMs,
  heavyAt: 2,
  heavyPart: 0.25,
  slackMs: 24 * hourMs,
  sizeBy: 'limit',
  preemptNoticeMs: 30_000,
  reclaimNoticeMs: 300_000,
  idle: { belowPct: 3, afterMs: hourMs, noticeMs: 900_000 },
};
