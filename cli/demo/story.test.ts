import { describe, expect, it } from 'vitest';
import { timeline, yuan } from './story.ts';

describe('the demo', () => {
  it('shows where the time went', () => {
    expect(
      timeline(
        [
          { name: 'submitted', at_ms: 0 },
          { name: 'running', at_ms: 50 },
          { name: 'ended', at_ms: 100 },
        ],
        10,
      ),
    ).toEqual([
      '  submitted       0 ms  █████',
      '  running        50 ms       █████',
      '  ended         100 ms            ▏',
    ]);
  });

  it('shows small prices', () => {
    expect(yuan(1)).toBe('¥0.000001');
    expect(yuan(2_500_000)).toBe('¥2.500000');
  });
});
