import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseOrg } from '../../proto/ids.ts';
import { type Due, duesOf, isGuaranteed, type Member, mayTake, overMilli } from './guarantee.ts';

const [a, b, c] = ['a', 'b', 'c'].map(parseOrg);
if (!a || !b || !c) throw new Error('no names');

const member = (org: Member['org'], changes: Partial<Member> = {}): Member => ({
  ...{ org, weight: 1, guaranteedMilli: 0, usedMilli: 0, ...changes },
});

describe('what is due', () => {
  it('is the guarantee, and the part by weight of what is guaranteed to nobody', () => {
    const dues = duesOf([member(a, { guaranteedMilli: 8000 }), member(b), member(c, { weight: 3 })], 16_000);
    expect([...dues.values()].map(({ dueMilli }) => dueMilli)).toEqual([9600, 1600, 4800]);
  });

  it('leaves somebody who has borrowed whenever the pool is full and a guarantee is not met', () => {
    const one = fc.record({ weight: fc.integer({ min: 1, max: 4 }), used: fc.nat({ max: 40 }) });
    fc.assert(
      fc.property(
        fc.array(one, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 20 }),
        (others, sure) => {
          const used = others.reduce((sum, each) => sum + each.used, 0);
          const members = others.map(({ weight, used: n }, i) =>
            member(parseOrg(`o${i}`), { weight, usedMilli: 1000 * n }),
          );
          const asks = member(a, { guaranteedMilli: 1000 * sure });
          // All cards are in use, none of them by the one to whom some are guaranteed.
          fc.pre(used >= sure);
          const dues = duesOf([asks, ...members], 1000 * used);
          expect(members.some(({ org }) => overMilli(dues.get(org) as Due) > 0)).toBe(true);
        },
      ),
    );
  });
});

describe('a guarantee', () => {
  it('covers jobs as long as they fit into it together', () => {
    expect(isGuaranteed({ guaranteedMilli: 4000, usedMilli: 1000 }, 3000)).toBe(true);
    expect(isGuaranteed({ guaranteedMilli: 4000, usedMilli: 2000 }, 3000)).toBe(false);
    expect(isGuaranteed({ guaranteedMilli: 4000, usedMilli: 0 }, 0)).toBe(false);
  });

  it('never takes what another guarantee covers, nor from one that has no more than is due', () => {
    const due = fc.record({
      usedMilli: fc.nat({ max: 20_000 }),
      dueMilli: fc.nat({ max: 20_000 }),
      guaranteedMilli: fc.nat({ max: 20_000 }),
    });
    const sizes = fc.array(fc.integer({ min: 100, max: 8000 }), { minLength: 1, maxLength: 5 });
    let taken = 0;
    fc.assert(
      fc.property(due, sizes, (one, wanted) => {
        const of = { org: a, weight: 1, ...one };
        if (!mayTake(of, wanted)) return;
        taken += 1;
        let left = one.usedMilli;
        for (const size of [...wanted].sort((x, y) => x - y)) {
          expect(left).toBeGreaterThan(one.dueMilli);
          left -= size;
        }
        expect(left).toBeGreaterThanOrEqual(one.guaranteedMilli);
        // Fewer may always be taken as well.
        expect(mayTake(of, wanted.slice(1))).toBe(true);
      }),
      { numRuns: 2000 },
    );
    expect(taken).toBeGreaterThan(50);
  });
});
