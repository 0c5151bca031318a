import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseUnits, compareSets, type Unit } from './preempt.ts';

const unit = (changes: Partial<Unit> = {}): Unit => ({
  ...{ kind: 'preemptible', leases: 1, cardMilli: 1000, lostMs: 0, since: 0, overMilli: 0, ...changes },
});
const cards = (units: readonly Unit[]): number => units.reduce((sum, { cardMilli }) => sum + cardMilli, 0);
const any = (): boolean => true;

const units = fc.array(
  fc.record({
    kind: fc.constantFrom<Unit['kind'][]>('preemptible', 'preemptible', 'borrowed'),
    leases: fc.integer({ min: 1, max: 3 }),
    cardMilli: fc.constantFrom(250, 1000, 2000, 4000),
    lostMs: fc.nat({ max: 5 }),
    since: fc.nat({ max: 5 }),
    overMilli: fc.constantFrom(0, 1000),
  }),
  { maxLength: 7 },
);

describe('who gives way', () => {
  it('is nobody when there is room, and nobody when that would not help', () => {
    expect(chooseUnits([unit()], any, any)).toEqual([]);
    expect(chooseUnits([unit()], () => false, any)).toBeUndefined();
  });

  it('is the fewest, then the cheapest, then the youngest', () => {
    const need = (milli: number) => (gone: readonly Unit[]) => cards(gone) >= milli;
    const [small, large] = [unit(), unit({ cardMilli: 2000 })];
    expect(chooseUnits([small, unit(), large], need(2000), any)).toEqual([large]);
    expect(chooseUnits([large, small], need(1000), any)).toEqual([small]);
    const [old, young] = [unit({ lostMs: 9 }), unit({ lostMs: 2 })];
    expect(chooseUnits([old, young], need(1000), any)).toEqual([young]);
    const [first, last] = [unit({ since: 1 }), unit({ since: 2 })];
    expect(chooseUnits([first, last], need(1000), any)).toEqual([last]);
  });

  it('is preemptible before it is borrowed, and of those who have borrowed most', () => {
    const need = (milli: number) => (gone: readonly Unit[]) => cards(gone) >= milli;
    const borrowed = unit({ kind: 'borrowed', cardMilli: 4000, overMilli: 1000 });
    const more = unit({ kind: 'borrowed', cardMilli: 4000, overMilli: 2000 });
    const small = [unit(), unit(), unit(), unit()];
    expect(chooseUnits([borrowed, ...small], need(4000), any)).toEqual(small);
    expect(chooseUnits([borrowed, more], need(4000), any)).toEqual([more]);
    const some = chooseUnits([borrowed, ...small], need(6000), any);
    expect(some?.filter(({ kind }) => kind === 'borrowed')).toEqual([borrowed]);
    expect(some).toHaveLength(3);
  });

  it('never is more than is needed, only what may be taken, and found whenever it is there', () => {
    let found = 0;
    fc.assert(
      fc.property(
        units,
        fc.constantFrom(1000, 2000, 3000, 6000),
        fc.boolean(),
        (all, milli, isGuaranteed) => {
          const mayTake = (some: readonly Unit[]): boolean =>
            isGuaranteed || some.every(({ kind }) => kind === 'preemptible');
          const isEnough = (gone: readonly Unit[]): boolean => cards(gone) >= milli;
          const chosen = chooseUnits(all, isEnough, mayTake);
          const possible = isEnough(all.filter((one) => mayTake([one])));
          expect(chosen !== undefined).toBe(possible);
          if (!chosen) return;
          found += 1;
          expect(mayTake(chosen) && isEnough(chosen)).toBe(true);
          for (const one of chosen) expect(isEnough(chosen.filter((each) => each !== one))).toBe(false);
          // No other set of as few is better.
          for (const one of all)
            for (const gone of chosen) {
              if (chosen.includes(one)) continue;
              const other = [...chosen.filter((each) => each !== gone), one];
              if (isEnough(other) && mayTake(other))
                expect(compareSets(chosen, other)).toBeLessThanOrEqual(0);
            }
        },
      ),
      { numRuns: 1000 },
    );
    expect(found).toBeGreaterThan(200);
  });

  it('is quickly found among many, and then not more than needed either', () => {
    const many = fc.array(fc.constantFrom(250, 1000, 2000), { minLength: 20, maxLength: 60, size: 'max' });
    fc.assert(
      fc.property(many, fc.integer({ min: 1, max: 20 }), (sizes, need) => {
        const all = sizes.map((cardMilli) => unit({ cardMilli }));
        const isEnough = (gone: readonly Unit[]): boolean => cards(gone) >= 1000 * need;
        const chosen = chooseUnits(all, isEnough, any);
        expect(chosen !== undefined).toBe(isEnough(all));
        for (const one of chosen ?? [])
          expect(isEnough((chosen ?? []).filter((each) => each !== one))).toBe(false);
      }),
      { numRuns: 200 },
    );
  });
});
