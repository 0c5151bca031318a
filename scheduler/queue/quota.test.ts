import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseOrg } from '../../proto/ids.ts';
import { monthEnd, monthOf, monthStart } from '../month.ts';
import { neverStarts, overQuota } from './quota.ts';
import { defaultTerms, weightOf } from './shares.ts';

const hour = 3_600_000;
const terms = { ...defaultTerms(parseOrg('acme')), maxCards: 4, maxCardHours: 100 };
const none = { cardMilli: 0, monthCardMs: 0, promisedCardMs: 0 };

describe('quotas', () => {
  it('say why a job waits, and why it never starts', () => {
    const job = { cardMilli: 2000, limitMs: 10 * hour };
    expect(overQuota(terms, none, job)).toBe('');
    expect(overQuota(terms, { ...none, cardMilli: 3000 }, job)).toBe(
      'acme uses 3 of the 4 cards that it may use at the same time',
    );
    expect(overQuota(terms, { ...none, monthCardMs: 70 * hour, promisedCardMs: 20 * hour }, job)).toBe(
      'acme has used 70 of its 100 card-hours this month, its leases may take 20 more and this job 20',
    );
    expect(neverStarts(terms, { cardMilli: 8000, limitMs: hour })).toBe(
      'it asks for 8 cards, and acme may use 4 at the same time',
    );
    expect(neverStarts(terms, { cardMilli: 4000, limitMs: 26 * hour })).toBe(
      'it may take 104 card-hours, and acme has 100 a month',
    );
    expect(overQuota(defaultTerms(parseOrg('acme')), none, { cardMilli: 1e9, limitMs: 1e12 })).toBe('');
  });

  it('are never passed by whoever starts only what passes', () => {
    const demand = fc.record({
      cardMilli: fc.integer({ min: 0, max: 4000 }),
      limitMs: fc.integer({ min: 1, max: 40 * hour }),
      used: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(demand, { maxLength: 60 }), (jobs) => {
        const use = { ...none };
        for (const job of jobs) {
          if (overQuota(terms, use, job) !== '') continue;
          expect(use.cardMilli + job.cardMilli).toBeLessThanOrEqual(4000);
          // It runs and ends, having used a part of its limit.
          use.monthCardMs += (job.cardMilli / 1000) * job.limitMs * job.used;
          expect(use.monthCardMs).toBeLessThanOrEqual(100 * hour);
        }
      }),
    );
  });

  it('count months in China Standard Time', () => {
    const newYear = Date.parse('2026-01-01T00:00:00+08:00');
    expect([monthOf(newYear - 1), monthOf(newYear)]).toEqual(['2025-12', '2026-01']);
    expect(monthStart(newYear + 40 * 24 * hour)).toBe(Date.parse('2026-02-01T00:00:00+08:00'));
    expect(monthEnd(newYear)).toBe(Date.parse('2026-02-01T00:00:00+08:00'));
  });

  it('go with weights: small firms weigh more', () => {
    const weight = (changes: object): number => weightOf({ ...terms, ...changes });
    expect([weight({ size: 'small' }), weight({ size: 'large' }), weight({ weightMilli: 500 })]).toEqual([
      2, 1, 0.5,
    ]);
  });
});
