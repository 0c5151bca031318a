/** Who may have how much, in the pool: what jobs count, charges at grant and what is given back at the end, quotas. */
import type { OrgView } from '../../proto/api.ts';
import type { OrgId } from '../../proto/ids.ts';
import type { Lease } from '../lease/lease.ts';
import type { Requirement } from '../placement/requirement.ts';
import type { Moment } from '../ports.ts';
import type { OrgTerms, UsageRecord } from '../records.ts';
import { monthOf } from '../month.ts';
import { type Due, duesOf, isGuaranteed, type Member } from '../queue/guarantee.ts';
import { neverStarts, overQuota, type QuotaUse } from '../queue/quota.ts';
import { defaultTerms, weightOf } from '../queue/shares.ts';
import type { Lane } from '../queue/turns.ts';
import type { PastCharge } from '../store/store.ts';
import { priceOf } from '../usage/tariff.ts';
import type { Job, PoolState } from './state.ts';

/** What a grant was charged, so that it can be given back. */
export interface Charge {
  amount: number;
  work: number;
  lane: Lane;
  /** Monotonic ms. */
  at: number;
}

/** Thousandths of a card that a requirement counts as: its cards, or its part of the pool's processors or memory as so
 * many cards, whichever is most (the dominant resource). At least 1. */
function dominantMilli({ totals }: PoolState, requirement: Requirement): number {
  const { cards, milli, resources, nodes } = requirement;
  const { cpuMilli, memoryBytes } = resources;
  const asCards = (amount: number, total: number): number =>
    total > 0 ? Math.ceil((1000 * amount * totals.cards) / total) : 0;
  const each = Math.max(
    1,
    cards * milli,
    asCards(cpuMilli, totals.cpuMilli),
    asCards(memoryBytes, totals.memoryBytes),
  );
  return each * nodes;
}

/** The card-milliseconds that a job may take by its time limit. */
export function workOf(state: PoolState, requirement: Requirement): number {
  return (dominantMilli(state, requirement) / 1000) * requirement.durationMs;
}

const kindOf = ({ requirement: { org, cards, milli, nodes } }: Job): string =>
  `${org} ${cards * milli} ${nodes}`;

/** The card-milliseconds that a job is expected to take. */
export function sizeOf(state: PoolState, job: Job): number {
  const { sizeBy } = state.options.fair;
  const { requirement } = job;
  const milli = dominantMilli(state, requirement) / 1000;
  if (sizeBy === 'cards') return 0;
  const guess = sizeBy === 'history' ? state.history.guess(`${kindOf(job)} ${job.user}`) : undefined;
  return milli * Math.min(guess ?? requirement.durationMs, requirement.durationMs);
}

/** An organisation's terms. */
function termsOf(state: PoolState, org: OrgId): OrgTerms {
  return state.terms.get(org) ?? defaultTerms(org);
}

/** What a card of `model` counts: its price over that of a card without one of its own. */
function valueOf({ options: { tariff } }: PoolState, model: string): number {
  if (tariff.otherCardHourMicroYuan === 0) return 1;
  return priceOf(tariff, model).cardHourMicroYuan / tariff.otherCardHourMicroYuan;
}

/** How much of its use counts: idle capacity that nobody else wants is used for less. */
function partOf({ options: { tariff } }: PoolState, preemptible: boolean): number {
  return preemptible ? tariff.preemptiblePct / 100 : 1;
}

/** Charges a job (of a gang: its part) that is granted cards of `model`. */
export function charge(state: PoolState, job: Job, model: string, lane: Lane, now: number): void {
  const { org, nodes } = job.requirement;
  const work = job.work / nodes;
  const amount =
    work * (model === '' ? 1 : valueOf(state, model)) * partOf(state, job.requirement.preemptible);
  job.charge = { amount, work, lane, at: now };
  state.ledger.charge(org, job.user, amount, now);
  state.turns.granted(org, work, weightOf(termsOf(state, org)), lane);
}

/** Gives back what a job was charged for cards that it gave up before it had them, but for the time until `at` for which
 * others had to give way. */
export function refund(state: PoolState, job: Job, at: number): void {
  const { charge, user, requirement } = job;
  if (!charge) return;
  job.charge = undefined;
  const unused = 1 - Math.min(1, Math.max(0, at - charge.at) / requirement.durationMs);
  state.ledger.charge(requirement.org, user, -unused * charge.amount, charge.at);
  state.turns.returned(charge.work, charge.lane);
}

/** Gives back what an ended lease did not use; all of it when it never ran. */
export function settle(state: PoolState, job: Job, lease: Lease, now: number): void {
  const { charge, user } = job;
  if (!charge) return;
  job.charge = undefined;
  const { org, durationMs } = job.requirement;
  const ranMs = lease.runningAt === undefined ? 0 : Math.max(0, now - lease.runningAt);
  const unused = 1 - Math.min(1, ranMs / durationMs);
  if (unused > 0) state.ledger.charge(org, user, -unused * charge.amount, charge.at);
  if (lease.runningAt === undefined) state.turns.returned(charge.work, charge.lane);
  else state.history.note(`${kindOf(job)} ${user}`, ranMs);
}

/** Charges for what happened before this process: recorded usage, and leases that live. `ago`: ms since a Unix time. */
export function restoreCharges(
  state: PoolState,
  charges: readonly PastCharge[],
  ago: (unixMs: number) => number,
  now: number,
): void {
  for (const { org, user, cardMs, model, preemptible, recordedUnixMs } of charges) {
    const amount = cardMs * valueOf(state, model) * partOf(state, preemptible);
    state.ledger.charge(org, user, amount, now - ago(recordedUnixMs));
  }
  for (const job of state.jobs.values()) {
    const lease = job.leaseId === undefined ? undefined : state.leases.get(job.leaseId);
    if (job.state === 'leased' && lease)
      charge(state, job, lease.model, 'share', now - ago(lease.grantedUnixMs));
  }
}

/** Counts recorded card time for its month. */
export function countMonth(state: PoolState, { org, cardMs, recordedUnixMs }: UsageRecord): void {
  const month = monthOf(recordedUnixMs);
  const before = state.months.get(org);
  const same = before?.month === month ? before.cardMs : 0;
  state.months.set(org, { month, cardMs: same + cardMs });
}

/** What an organisation holds and has used. */
function quotaUse(state: PoolState, org: OrgId, wall: number): QuotaUse {
  const month = state.months.get(org);
  let cardMilli = 0;
  let promisedCardMs = 0;
  for (const lease of state.liveByOrg.get(org)?.values() ?? []) {
    const milli = lease.acceleratorIds.length * lease.acceleratorMilli;
    cardMilli += milli;
    const recorded = state.usageByLease.get(lease.leaseId)?.reduce((sum, part) => sum + part.cardMs, 0) ?? 0;
    promisedCardMs += Math.max(0, (milli / 1000) * (lease.maxDurationMs + lease.graceMs) - recorded);
  }
  for (const { job } of state.claims.values()) {
    if (job.requirement.org !== org) continue;
    const demand = demandOf(job);
    cardMilli += demand.cardMilli;
    promisedCardMs += (demand.cardMilli / 1000) * demand.limitMs;
  }
  return { cardMilli, monthCardMs: month?.month === monthOf(wall) ? month.cardMs : 0, promisedCardMs };
}

function demandOf(job: Job): { cardMilli: number; limitMs: number } {
  const { cards, milli, nodes, durationMs } = job.requirement;
  return { cardMilli: cards * milli * nodes, limitMs: durationMs + job.record.spec.grace_ms };
}

/** Thousandths of cards that an organisation has for good: in leases that are not preemptible nor being taken back
 * already. */
function keptMilli(state: PoolState, org: OrgId): number {
  let milli = 0;
  for (const lease of state.liveByOrg.get(org)?.values() ?? [])
    if (!lease.preemptible && lease.state !== 'stopping')
      milli += lease.acceleratorIds.length * lease.acceleratorMilli;
  return milli;
}

function memberOf(state: PoolState, org: OrgId): Member {
  const terms = termsOf(state, org);
  const guaranteedMilli = (terms.guaranteedCards ?? 0) * 1000;
  return { org, weight: weightOf(terms), guaranteedMilli, usedMilli: keptMilli(state, org) };
}

/** What is due to every organisation that has leases or waits. */
export function duesNow(state: PoolState): Map<OrgId, Due> {
  const orgs = new Set<OrgId>([...state.liveByOrg.keys(), ...state.openByOrg.keys()]);
  return duesOf(
    [...orgs].map((org) => memberOf(state, org)),
    1000 * state.totals.cards,
  );
}

/** Whether the job fits within what is guaranteed to its organisation. */
export function isWithinGuarantee(state: PoolState, job: Job): boolean {
  const { org } = job.requirement;
  if (!state.terms.get(org)?.guaranteedCards) return false;
  let { cardMilli } = demandOf(job);
  for (const claim of state.claims.values())
    if (claim.job.requirement.org === org) cardMilli += demandOf(claim.job).cardMilli;
  return isGuaranteed(memberOf(state, org), cardMilli);
}

/** Why its organisation's caps do not let the job start now; '' when they do. */
export function quotaHold(state: PoolState, job: Job, wall: number): string {
  const terms = state.terms.get(job.requirement.org);
  if (!terms || (terms.maxCards === null && terms.maxCardHours === null)) return '';
  return overQuota(terms, quotaUse(state, terms.org, wall), demandOf(job));
}

/** Why its organisation's terms do not admit `count` such jobs at all; '' when they do. */
export function refusal(state: PoolState, job: Job, count: number): string {
  const terms = state.terms.get(job.requirement.org);
  if (!terms) return '';
  const never = neverStarts(terms, demandOf(job));
  if (never !== '') return never;
  const open = state.openByOrg.get(terms.org) ?? 0;
  if (terms.maxOpenJobs === null || open + count <= terms.maxOpenJobs) return '';
  return `${open} jobs of ${terms.org} are waiting or running, the most it may have; try again later`;
}

/** How the organisations stand at one moment. */
export interface Standing {
  /** Use over weight. */
  rank(org: OrgId): number;
  /** Whether it has used more for its weight than all have in the mean, while one that has not is waiting. */
  isBorrowing(org: OrgId): boolean;
  /** Whether it has used far more for its weight than all have in the mean. */
  isHeavy(org: OrgId): boolean;
}

/** Organisations with less than this many card-milliseconds of use left have no part in the shares. */
const noticed = 3_600_000;

/** The standing at `at`; what is asked often is computed once. */
export function standingAt(state: PoolState, { now }: Pick<Moment, 'now'>): Standing {
  const { ledger, queue } = state;
  const weight = (org: OrgId): number => weightOf(termsOf(state, org));
  const rank = (org: OrgId): number => ledger.usage(org, now) / weight(org);
  const orgs = new Set<OrgId>(ledger.active(noticed, now));
  for (const { org } of queue.orgs()) orgs.add(org);
  let weights = 0;
  let used = 0;
  for (const org of orgs) {
    weights += weight(org);
    used += ledger.usage(org, now);
  }
  const mean = used / weights;
  return {
    rank,
    isHeavy: (org) => rank(org) > state.options.fair.heavyAt * mean,
    isBorrowing(org) {
      if (rank(org) <= mean) return false;
      for (const waiting of queue.orgs()) if (waiting.org !== org && rank(waiting.org) <= mean) return true;
      return false;
    },
  };
}

const hourMs = 3_600_000;

/** Why a heavy organisation may not have so much more for so long; '' when it may, or is not heavy. */
export function heavyHold(state: PoolState, { requirement }: Job, standing: Standing): string {
  const { borrowMs, heavyPart } = state.options.fair;
  const { org, durationMs, cards, milli, nodes } = requirement;
  if (cards === 0 || durationMs <= borrowMs || !standing.isHeavy(org)) return '';
  let held = 0;
  for (const { acceleratorIds, acceleratorMilli, maxDurationMs } of state.liveByOrg.get(org)?.values() ?? [])
    if (maxDurationMs > borrowMs) held += acceleratorIds.length * acceleratorMilli;
  const most = heavyPart * state.totals.cards * 1000;
  if (held === 0 || held + cards * milli * nodes <= most) return '';
  return `${org} has used far more than its share and has ${held / 1000} cards in leases of more than ${borrowMs / 60_000} min; it may have ${Math.floor(most / 1000)} until others have caught up`;
}

/** Organisations as the API shows them. */
export function orgViews(
  state: PoolState,
  orgs: readonly OrgId[],
  at: Pick<Moment, 'now' | 'wall'>,
): OrgView[] {
  const waiting = new Map<OrgId, number>();
  for (const { state: stands, requirement } of state.jobs.values())
    if (stands === 'queued') waiting.set(requirement.org, (waiting.get(requirement.org) ?? 0) + 1);
  const inPlay = new Set<OrgId>([...state.ledger.active(noticed, at.now), ...state.openByOrg.keys()]);
  const weight = (org: OrgId): number => weightOf(termsOf(state, org));
  const weights = [...inPlay].reduce((sum, org) => sum + weight(org), 0);
  const hours = (cardMs: number): number => Math.round((100 * cardMs) / hourMs) / 100;
  return orgs.map((org) => {
    const terms = termsOf(state, org);
    const use = quotaUse(state, org, at.wall);
    const all = inPlay.has(org) ? weights : weights + weight(org);
    return {
      org,
      size: terms.size,
      weight_milli: Math.round(1000 * weight(org)),
      max_cards: terms.maxCards,
      max_card_hours: terms.maxCardHours,
      max_open_jobs: terms.maxOpenJobs,
      guaranteed_cards: terms.guaranteedCards ?? 0,
      decayed_card_hours: hours(state.ledger.usage(org, at.now)),
      share_milli: Math.round((1000 * weight(org)) / all),
      cards_in_use: use.cardMilli / 1000,
      month_card_hours: hours(use.monthCardMs),
      open_jobs: state.openByOrg.get(org) ?? 0,
      waiting_jobs: waiting.get(org) ?? 0,
    };
  });
}
