import { expect, it } from 'vitest';
import { Growth } from './heap-growth.ts';

const mib = 2 ** 20;

it('keeps the heap small until many leases are granted in a second, and again a minute after the last time', () => {
  const growth = new Growth(5_000);
  const at = (granted: number, now: number): boolean => growth.percent(granted, 64 * mib, now) > 30;
  expect(at(5_099, 1_000)).toBe(false);
  expect(at(5_199, 2_000)).toBe(true);
  expect(at(5_199, 61_999)).toBe(true);
  expect(at(5_250, 62_000)).toBe(false);
  expect(at(5_350, 63_000)).toBe(true);
});

it('lets it gather 256 MiB beside what is in use, within bounds', () => {
  const percentAt = (...usedMib: number[]): number | undefined => {
    const growth = new Growth(0);
    return usedMib.map((used, i) => growth.percent(1_000 * (i + 1), used * mib, i * 1_000)).at(-1);
  };
  expect(percentAt(64)).toBe(400);
  expect(percentAt(8)).toBe(700);
  expect(percentAt(4096)).toBe(30);
  // Most of it was garbage.
  expect(percentAt(64, 300)).toBe(400);
  const grown = [64, ...Array.from({ length: 30 }, () => 128)];
  expect(percentAt(...grown)).toBe(200);
});
