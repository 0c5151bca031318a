import { expect, it } from 'vitest';
import { Growth } from './heap-growth.ts';

it('keeps the heap small until many leases are granted in a second, and again a minute after the last time', () => {
  const growth = new Growth(5_000);
  expect(growth.isFree(5_099, 1_000)).toBe(false);
  expect(growth.isFree(5_199, 2_000)).toBe(true);
  expect(growth.isFree(5_199, 61_999)).toBe(true);
  expect(growth.isFree(5_250, 62_000)).toBe(false);
  expect(growth.isFree(5_350, 63_000)).toBe(true);
});
