import { describe, expect, it } from 'vitest';
import { unwell } from './watchdog.ts';

const probe = (status: 'present' | 'failed', sampled_age_ms: number | null) => ({
  probes: [{ vendor: 'nvidia', status, reason: '', last_good_age_ms: 0, sampled_age_ms, notes: [] }],
});

describe('unwell', () => {
  it('finds fault with samples that have stood still, not with a tool that fails or has not answered yet', () => {
    expect(unwell(probe('present', 599_000))).toBeUndefined();
    expect(unwell(probe('present', 601_000))).toBe('nvidia was last sampled 601 s ago');
    expect(unwell(probe('failed', 601_000))).toBeUndefined();
    expect(unwell(probe('present', null))).toBeUndefined();
  });
});
