/** Caps of an organisation: whether a job may start now, whether it ever may, and the answer for a person. Pure. */
import type { OrgTerms } from '../records.ts';

const hourMs = 3_600_000;

/** What an organisation holds and has used. */
export interface QuotaUse {
  /** Thousandths of cards in its live leases. */
  cardMilli: number;
  /** Card-milliseconds recorded this month. */
  monthCardMs: number;
  /** Card-milliseconds that its live leases may still take. */
  promisedCardMs: number;
}

/** What a job would take. */
export interface Demand {
  cardMilli: number;
  /** Its time limit with the grace after it. */
  limitMs: number;
}

const cards = (milli: number): string => String(milli / 1000);
const hours = (cardMs: number): string => String(Math.round(cardMs / hourMs / 0.1) / 10);

/** Why the job can never start under these terms; '' when it can. */
export function neverStarts({ org, maxCards, maxCardHours }: OrgTerms, demand: Demand): string {
  const { cardMilli, limitMs } = demand;
  if (maxCards !== null && cardMilli > maxCards * 1000)
    return `it asks for ${cards(cardMilli)} cards, and ${org} may use ${maxCards} at the same time`;
  const most = (cardMilli / 1000) * limitMs;
  if (maxCardHours !== null && most > maxCardHours * hourMs)
    return `it may take ${hours(most)} card-hours, and ${org} has ${maxCardHours} a month`;
  return '';
}

/** Why the job may not start now; '' when it may. INVARIANT: whoever starts only what passes never passes a cap. */
export function overQuota({ org, maxCards, maxCardHours }: OrgTerms, use: QuotaUse, demand: Demand): string {
  if (maxCards !== null && use.cardMilli + demand.cardMilli > maxCards * 1000)
    return `${org} uses ${cards(use.cardMilli)} of the ${maxCards} cards that it may use at the same time`;
  if (maxCardHours === null || demand.cardMilli === 0) return '';
  const most = (demand.cardMilli / 1000) * demand.limitMs;
  if (use.monthCardMs + use.promisedCardMs + most <= maxCardHours * hourMs) return '';
  return `${org} has used ${hours(use.monthCardMs)} of its ${maxCardHours} card-hours this month, its leases may take ${hours(use.promisedCardMs)} more and this job ${hours(most)}`;
}
