import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeId, parseOrg } from '../../proto/ids.ts';
import type { LeaseRecord } from '../records.ts';
import { recordUsage, sumUsage } from './record.ts';
import { cost, defaultTariff, priceOf, type Tariff } from './tariff.ts';

const tariff: Tariff = { ...defaultTariff, name: 't2', cardHourMicroYuan: { A100: 9_000_000 } };
const hour = 3_600_000;

const lease: LeaseRecord = {
  leaseId: makeId('lease', new Uint8Array(20)),
  epoch: 3,
  jobId: makeId('job', new Uint8Array(20)),
  org: parseOrg('acme'),
  nodeId: makeId('node', new Uint8Array(20)),
  nodeName: 'n1',
  model: 'A100',
  acceleratorIds: [],
  acceleratorMilli: 1000,
  inventoryGeneration: 'g',
  price: priceOf(tariff, 'A100'),
  ttlMs: 1,
  state: 'running',
  stop: null,
  grantedUnixMs: 0,
  end: null,
  logRemovedUnixMs: null,
};

describe('a price', () => {
  it('is that of the model, or of others', () => {
    expect(priceOf(tariff, 'A100').cardHourMicroYuan).toBe(9_000_000);
    expect(priceOf(tariff, 'H20').cardHourMicroYuan).toBe(2_000_000);
    expect(priceOf(tariff, 'constructor').cardHourMicroYuan).toBe(2_000_000);
  });

  it.each([
    [{ cardMs: hour, cpuMs: 0 }, 9_000_000],
    [{ cardMs: hour / 2, cpuMs: hour }, 4_600_000],
    [{ cardMs: 0, cpuMs: 0 }, 0],
    // 9,000,000 / 3,600,000 = 2.5 micro-yuan per ms: half goes up, and only once.
    [{ cardMs: 1, cpuMs: 0 }, 3],
    [{ cardMs: 2, cpuMs: 0 }, 5],
    [{ cardMs: Number.MAX_SAFE_INTEGER, cpuMs: Number.MAX_SAFE_INTEGER }, Number.MAX_SAFE_INTEGER],
  ])('of %j is %i', (use, microYuan) => {
    expect(cost(lease.price, use)).toBe(microYuan);
  });

  it('is an integer, never negative, and never less for more', () => {
    const amount = fc.nat({ max: 10 ** 13 });
    fc.assert(
      fc.property(amount, amount, amount, (cardMs, cpuMs, more) => {
        const price = cost(lease.price, { cardMs, cpuMs });
        expect(Number.isSafeInteger(price) && price >= 0).toBe(true);
        expect(cost(lease.price, { cardMs: cardMs + more, cpuMs })).toBeGreaterThanOrEqual(price);
      }),
    );
  });
});

describe('a usage record', () => {
  const { leaseId, epoch } = lease;
  const report = {
    ...{ leaseId, epoch, part: 1, runMs: 1000, cardMs: 4000, cpuMs: 10 },
    ...{ cpuExact: true, memoryPeakBytes: 5 },
  };

  it('bills no more card time than the run time allows', () => {
    const two = { ...lease, acceleratorIds: ['a' as never, 'b' as never] };
    expect(recordUsage(two, report, 'signed', 7)).toMatchObject({
      cardMs: 2000,
      cards: 2,
      recordedUnixMs: 7,
    });
    expect(recordUsage({ ...two, acceleratorMilli: 250 }, report, 'signed', 7).cardMs).toBe(500);
    expect(recordUsage(lease, report, 'signed', 7).cardMs).toBe(0);
  });

  it('bills nothing that the node did not sign with its own key, and keeps what was said', () => {
    const one = { ...lease, acceleratorIds: ['a' as never] };
    const priced = { ...one, price: { tariff: 't', cardHourMicroYuan: 3_600_000, cpuHourMicroYuan: 0 } };
    expect(recordUsage(priced, report, 'unsigned', 7)).toMatchObject({ cardMs: 1000, priceMicroYuan: 1000 });
    expect(recordUsage(priced, report, 'disputed', 7)).toMatchObject({
      ...{ proof: 'disputed', cardMs: 1000, reportedCardMs: 4000, priceMicroYuan: 0 },
    });
  });

  it('sums parts', () => {
    const part = (n: number, cpuExact: boolean) =>
      recordUsage(
        lease,
        { ...report, part: n, cpuExact, memoryPeakBytes: n },
        n === 2 ? 'unsigned' : 'signed',
        n,
      );
    expect(sumUsage([])).toBeUndefined();
    expect(sumUsage([part(1, true), part(2, false)])).toMatchObject({
      ...{ part: 2, runMs: 2000, cpuMs: 20, cpuExact: false, memoryPeakBytes: 2, recordedUnixMs: 2 },
    });
  });
});
