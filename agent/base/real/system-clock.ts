/** The machine's clocks (edge). */
import type { Clock } from '../clock.ts';

/** `hrtime` counts from boot on Linux, so a deadline written by one process is good in the next one of the same boot. */
export const systemClock: Clock = {
  now: () => Number(process.hrtime.bigint() / 1000n) / 1000,
  wall: () => Date.now(),
  at(atMs, run) {
    const delayMs = Math.min(Math.max(0, atMs - systemClock.now()), 2 ** 31 - 1);
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};
