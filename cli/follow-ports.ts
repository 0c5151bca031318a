/** Following jobs with the machine's time and chance, and with words on stderr when the connection comes and goes. */
import { setTimeout as delay } from 'node:timers/promises';
import type { FollowPorts } from './follow.ts';
import { describe, say } from './terminal.ts';

/** The real ports. */
export const followPorts: FollowPorts = {
  sleep: (ms, signal) => delay(ms, undefined, { signal }).catch(() => undefined),
  now: () => performance.now(),
  random: () => Math.random(),
  lost: (error, pauseMs) =>
    say(
      `suanlink: connection lost (${describe(error)}); the job goes on, next try in ${(pauseMs / 1000).toFixed(1)} s`,
    ),
  back: () => say('suanlink: connected again'),
};
