import { describe, expect, it } from 'vitest';
import { defaults } from './config.ts';
import { configChange, inForce } from './config-change.ts';

const after = { ...defaults, max_cards: 2, hours: ['daily 20:00-08:00'], engine: 'docker', name: 'n2' };

describe('configChange', () => {
  it('finds nothing between equal configurations', () => {
    expect(configChange(defaults, { ...defaults })).toEqual({ applied: [], needRestart: [] });
  });

  it('tells what can be applied from what needs a restart', () => {
    expect(configChange(defaults, after)).toEqual({
      applied: ['hours', 'max_cards'],
      needRestart: ['name', 'engine'],
    });
  });
});

describe('inForce', () => {
  it('takes only what can be applied, so that the next reload still says what needs a restart', () => {
    const now = inForce(defaults, after);
    expect(now).toEqual({ ...defaults, max_cards: 2, hours: ['daily 20:00-08:00'] });
    expect(configChange(now, after)).toEqual({ applied: [], needRestart: ['name', 'engine'] });
  });
});
