/** The machine's time and chance for following jobs. */
import { setTimeout as delay } from 'node:timers/promises';
import type { FollowPorts } from './follow.ts';

/** Real time, real randomness. */
export const followTimers: Pick<FollowPorts, 'sleep' | 'now' | 'random'> = {
  sleep: (ms, signal) => delay(ms, undefined, { signal }).catch(() => undefined),
  now: () => performance.now(),
  random: () => Math.random(),
};
