/** Resource vectors: integers with the unit in the name, never negative. Free is always computed, never counted. */

/** What a lease takes of a node beside its accelerators. */
export interface Resources {
  cpuMilli: number;
  memoryBytes: number;
  diskBytes: number;
}

/** Nothing. */
export const none: Resources = { cpuMilli: 0, memoryBytes: 0, diskBytes: 0 };

/** The sum of two vectors. */
export function add(a: Resources, b: Resources): Resources {
  return {
    cpuMilli: a.cpuMilli + b.cpuMilli,
    memoryBytes: a.memoryBytes + b.memoryBytes,
    diskBytes: a.diskBytes + b.diskBytes,
  };
}

/** What is left of `total` after `used`; a component that is overdrawn is 0. */
export function subtract(total: Resources, used: Resources): Resources {
  return {
    cpuMilli: Math.max(0, total.cpuMilli - used.cpuMilli),
    memoryBytes: Math.max(0, total.memoryBytes - used.memoryBytes),
    diskBytes: Math.max(0, total.diskBytes - used.diskBytes),
  };
}

/** Whether `wanted` fits into `free` in every component. */
export function fits(wanted: Resources, free: Resources): boolean {
  return (
    wanted.cpuMilli <= free.cpuMilli &&
    wanted.memoryBytes <= free.memoryBytes &&
    wanted.diskBytes <= free.diskBytes
  );
}
