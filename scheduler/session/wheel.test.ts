import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Wheel } from './wheel.ts';

describe('a wheel', () => {
  it('gives everything once, no sooner than its time, and in the first look a step later', () => {
    const step = 250;
    const time = fc.integer({ min: 0, max: 5_000 });
    fc.assert(
      fc.property(fc.array(time, { minLength: 1 }), fc.array(time), (times, looks) => {
        const wheel = new Wheel<number>(step, 0);
        for (const [thing, at] of times.entries()) wheel.add(thing, at);
        const given: number[] = [];
        for (const now of [...looks.toSorted((a, b) => a - b), 6_000]) {
          for (const thing of wheel.due(now)) {
            expect(times[thing]).toBeLessThanOrEqual(now);
            given.push(thing);
          }
          const late = times.flatMap((at, thing) =>
            at + step <= now && !given.includes(thing) ? [thing] : [],
          );
          // What was put in for the step that is under way waits for the next.
          expect(late.filter((thing) => (times[thing] ?? 0) > 0)).toEqual([]);
        }
        expect(given.toSorted((a, b) => a - b)).toEqual(times.map((_, thing) => thing));
      }),
    );
  });

  it('looks at what is put in too late in the next step', () => {
    const wheel = new Wheel<string>(100, 1_000);
    wheel.add('past', 300);
    expect(wheel.due(1_050)).toEqual([]);
    expect(wheel.due(1_100)).toEqual(['past']);
    expect(wheel.due(9_000)).toEqual([]);
  });
});
