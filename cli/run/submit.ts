/** Submitting a job when the scheduler may not be there this moment. */
import type { JobView } from '../../proto/api.ts';
import type { Client, JobRequest } from '../client/client.ts';
import { pauseOf } from '../follow.ts';
import { followTimers } from '../follow-timers.ts';
import type { Signals } from '../signals.ts';
import { asError, describe, say } from '../terminal.ts';

/** A submission that finds nobody is tried again for this long. */
const patienceMs = 15_000;

/**
 * Submits under `key` until it is answered: the key makes a second try safe when the answer to the first was lost.
 * Rejects with what cannot be mended by trying again, or when nobody has answered for 15 s or a signal came.
 */
export async function submitJob(
  client: Client,
  request: JobRequest,
  key: string,
  signals: Signals,
): Promise<JobView> {
  const giveUpAt = followTimers.now() + patienceMs;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await client.submit(request, key);
    } catch (caught) {
      const error = asError(caught, 'submitting the job');
      const pauseMs = pauseOf(attempt, followTimers.random());
      const isHopeless = !error.retryable || error.code === 'resource_exhausted';
      if (isHopeless || signals.first || followTimers.now() + pauseMs > giveUpAt) throw error;
      if (attempt === 0) say(`suanlink: ${describe(error)}; trying again`);
      await followTimers.sleep(pauseMs, signals.aborted);
    }
  }
}
