import { describe, expect, it } from 'vitest';
import { createHistory } from './history.ts';

describe('the history of run times', () => {
  it('guesses the median of the newest few, once it has seen some', () => {
    const history = createHistory();
    for (const ms of [100, 1, 50]) {
      expect(history.guess('k')).toBeUndefined();
      history.note('k', ms);
    }
    expect(history.guess('k')).toBe(50);
    for (let i = 0; i < 40; i += 1) history.note('k', 7);
    expect(history.guess('k')).toBe(7);
  });

  it('forgets the kinds that were seen longest ago', () => {
    const history = createHistory();
    for (let i = 0; i < 3; i += 1) history.note('old', 5);
    for (let i = 0; i < 10_000; i += 1) history.note(`kind ${i}`, 1);
    expect(history.guess('old')).toBeUndefined();
  });
});
