/** Amounts rounded to few distinct values, finer the smaller they are, so that nodes in nearly the same state rank as one. */

/** 64 steps between a power of two and the next: at most 1.6 % are lost. */
const steps = 6;

/** The step at or below `amount`, which is an integer below 2^31; smaller ones than 128 stay as they are. */
export function coarse(amount: number): number {
  const shift = Math.max(0, 31 - Math.clz32(amount) - steps);
  return (amount >> shift) << shift;
}

/** The largest integer that has the same step as `amount`. */
export function coarseMost(amount: number): number {
  const shift = Math.max(0, 31 - Math.clz32(amount) - steps);
  return (((amount >> shift) + 1) << shift) - 1;
}
