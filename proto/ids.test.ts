import { describe, expect, it } from 'vitest';
import { arrayMember, makeId, maxArraySize, orderedId, parseId } from './ids.ts';

const bytes = (value: number): Uint8Array => new Uint8Array(20).fill(value);

describe('ids with an order', () => {
  const orders = [0, 1, 31, 32, 33, 1023, 1024, 40_000, 2 ** 31, 2 ** 40 - 1];

  it('are compared as their orders are, whatever is random in them', () => {
    const ids = orders.map((order, n) => orderedId('lease', order, bytes(255 - 20 * n)));
    expect([...ids].sort()).toEqual(ids);
  });

  it('are ids like others, and differ by what is random', () => {
    for (const order of orders) {
      const id = orderedId('job', order, bytes(7));
      expect(parseId('job', id)).toBe(id);
      expect(orderedId('job', order, bytes(8))).not.toBe(id);
    }
  });
});

describe('jobs of an array', () => {
  it('have ids of their own', () => {
    const first = arrayMember(makeId('job', bytes(3)), 0);
    const ids = Array.from({ length: maxArraySize }, (_, i) => parseId('job', arrayMember(first, i)));
    expect(ids[0]).toBe(first);
    expect(new Set(ids).size).toBe(maxArraySize);
  });
});
