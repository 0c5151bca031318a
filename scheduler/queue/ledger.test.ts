import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseOrg } from '../../proto/ids.ts';
import { createLedger } from './ledger.ts';

const [a, b] = [parseOrg('a'), parseOrg('b')];
const day = 86_400_000;

describe('the ledger', () => {
  it('halves a charge every half-life, for the organisation and its users', () => {
    const ledger = createLedger(day);
    ledger.charge(a, 'u', 80, 0);
    ledger.charge(a, 'v', 20, day);
    expect(ledger.usage(a, 0)).toBeCloseTo(80 + 10 * 4);
    expect(ledger.usage(a, day)).toBeCloseTo(60);
    expect(ledger.userUsage(a, 'u', 2 * day)).toBeCloseTo(20);
    expect(ledger.usage(b, 0)).toBe(0);
  });

  it('gives back as of the charge: what is given back never counted', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), fc.nat({ max: 400 }), (amount, days) => {
        const ledger = createLedger(7 * day);
        ledger.charge(a, 'u', amount, 0);
        ledger.charge(a, 'u', -amount, 0);
        expect(ledger.usage(a, days * day)).toBeCloseTo(0);
      }),
    );
  });

  it('keeps its order and its values however long it runs', () => {
    const ledger = createLedger(day);
    for (let i = 0; i < 4000; i += 1) ledger.charge(i % 3 === 0 ? a : b, 'u', 100, i * day);
    const [ofA, ofB] = [ledger.usage(a, 3999 * day), ledger.usage(b, 3999 * day)];
    expect(ofA + ofB).toBeCloseTo(200);
    expect([...ledger.active(1, 3999 * day)].sort()).toEqual([a, b]);
    expect([...ledger.active(1, 4100 * day)]).toEqual([]);
    expect(ledger.usage(a, 4100 * day)).toBe(0);
  });

  it('charges the pieces of a job what it charges the whole, started together or apart', () => {
    const piece = fc.record({ cards: fc.integer({ min: 1, max: 8 }), ms: fc.integer({ min: 1, max: day }) });
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 20 }), (pieces) => {
        const [whole, split] = [createLedger(7 * day), createLedger(7 * day)];
        const work = pieces.reduce((sum, { cards, ms }) => sum + cards * ms, 0);
        whole.charge(a, 'u', work, 0);
        for (const { cards, ms } of pieces) split.charge(a, 'u', cards * ms, 0);
        expect(split.usage(a, day) / whole.usage(a, day)).toBeCloseTo(1);
      }),
    );
  });
});
