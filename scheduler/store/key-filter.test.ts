import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyFilter } from './key-filter.ts';

describe('a filter of keys', () => {
  it('knows every key that was added, whatever it is', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.string())), (keys) => {
        const filter = new KeyFilter();
        for (const key of keys) filter.add(key);
        for (const key of keys) expect(filter.mayHave(key)).toBe(true);
      }),
    );
  });

  it('takes few others for known, in some 12 bits a key', () => {
    const filter = new KeyFilter();
    expect(filter.mayHave(['acme', 'a'])).toBe(false);
    const count = 100_000;
    for (let n = 0; n < count; n += 1) filter.add(['acme', `key-${n}`]);
    const wrong = Array.from({ length: 10_000 }, (_, n) => filter.mayHave(['acme', `other-${n}`]));
    expect(wrong.filter(Boolean).length).toBeLessThan(300);
    expect(filter.mayHave(['other', 'key-1'])).toBe(false);
    expect(filter.bytes).toBeLessThan(count * 2);
  });
});
