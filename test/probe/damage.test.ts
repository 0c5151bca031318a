/**
 * Damaged output against the truth: `fuzz.test.ts` asks that a reading invents nothing, this one that what it shows of
 * a damaged output is what the whole output shows of the same card. `SUANLINK_FUZZ_RUNS` and `SUANLINK_FUZZ_SEED` set
 * cases and seed; a failure prints the case.
 */
import { describe, expect, test } from 'vitest';
import { properties } from './properties.ts';

const seed = Number(process.env['SUANLINK_FUZZ_SEED'] ?? 20_260_711);
const cases = Number(process.env['SUANLINK_FUZZ_RUNS'] ?? 400);

describe('damage', () => {
  test.each(Object.entries(properties))(
    '%s',
    (_, property) => {
      expect(() => property({ seed, cases })).not.toThrow();
    },
    60_000,
  );
});
