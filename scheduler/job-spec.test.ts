import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spec } from '../test/scheduler/values.ts';
import type { JobSpec } from '../proto/api.ts';
import { completeSpec, laterFields } from '../proto/job-fields.ts';
import { canonicalJson, checkSpec, specText } from './job-spec.ts';

describe('a specification', () => {
  it('of sane values passes', () => {
    expect(() => checkSpec(spec())).not.toThrow();
    expect(() => checkSpec(spec({ accelerators: 0 }))).not.toThrow();
  });

  it.each<[Partial<JobSpec>, RegExp]>([
    [{ accelerators: 1.5 }, /accelerators is 1.5/],
    [{ accelerators: -1 }, /from 0 to 1024/],
    [{ max_retries: 11 }, /max_retries is 11, not an integer from 0 to 10/],
    [{ accelerator_milli: 0 }, /accelerator_milli/],
    [{ accelerator_milli: 500, accelerators: 2 }, /exactly 1/],
    [{ time_limit_ms: 0 }, /time_limit_ms/],
    [{ memory_bytes: Number.NaN }, /memory_bytes is NaN/],
    [{ grace_ms: 2 * 86_400_000 }, /grace_ms/],
    [{ env: { A: 'x'.repeat(800_000) } }, /more than/],
  ])('with %o is refused', (changes, problem) => {
    expect(() => checkSpec(spec(changes))).toThrow(problem);
  });
});

describe('the text of a specification', () => {
  it('is what it was before there were later fields, for jobs that do not use them', () => {
    const before = Object.fromEntries(Object.entries(spec()).filter(([name]) => !(name in laterFields)));
    expect(specText(spec())).toBe(canonicalJson(before));
    expect(specText(completeSpec(before as never))).toBe(canonicalJson(before));
    for (const changes of [
      { max_retries: 1 },
      { linked: true },
      { regions: ['44'] },
      { min_gigaflops: { fp16: 1 } },
    ])
      expect(specText(spec(changes))).not.toBe(specText(spec()));
  });
});

describe('canonical JSON', () => {
  it('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const turned = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(turned)).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
