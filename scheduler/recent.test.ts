import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Recent } from './recent.ts';

describe('what was asked for of late', () => {
  it('keeps at most so many and drops the one that was not asked for longest', () => {
    const step = fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd', 'e'), isSet: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const recent = new Recent<number>(3);
        // The latest last.
        let model: [string, number][] = [];
        for (const [value, { key, isSet }] of steps.entries()) {
          const known = model.find(([of]) => of === key);
          expect(recent.get(key)).toBe(known?.[1]);
          if (!known && !isSet) continue;
          const now: [string, number] = isSet || !known ? [key, value] : known;
          if (isSet) recent.set(key, value);
          model = [...model.filter(([of]) => of !== key), now].slice(-3);
        }
        for (const [key, value] of model) expect(recent.get(key)).toBe(value);
      }),
    );
  });
});
