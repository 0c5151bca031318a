import { describe, expect, it } from 'vitest';
import { nearest } from './nearest.ts';

const known = ['accelerators', 'accelerator_milli', 'env', 'image', 'priority'];

describe('did you mean', () => {
  it.each([
    ['acelerators', 'accelerators'],
    ['accelerator', 'accelerators'],
    ['acceleratorMilli', 'accelerator_milli'],
    ['accelerator-milli', 'accelerator_milli'],
    ['evn', 'env'],
    ['imgae', 'image'],
    ['Image', 'image'],
    ['priorty', 'priority'],
  ])('%s: %s', (word, meant) => expect(nearest(word, known)).toBe(meant));

  it.each(['privileged', 'x', '', 'volume', 'x'.repeat(1000)])('nothing for %j', (word) =>
    expect(nearest(word, known)).toBeUndefined(),
  );
});
