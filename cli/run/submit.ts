/** Submitting a job when the scheduler may not be there this moment. */
import { SuanlinkError } from '../../proto/codes.ts';
import { pauseOf } from '../follow.ts';
import { followPorts } from '../follow-ports.ts';
import type { Signals } from '../signals.ts';
import { asError, describe, say } from '../terminal.ts';

/** A submission that finds nobody is tried again for this long. */
const patienceMs = 15_000;

/** Whether the scheduler may have taken the job although its answer did not come. */
function mayHaveArrived(error: SuanlinkError): boolean {
  const { cause } = error;
  const word = cause instanceof Error && 'code' in cause ? cause.code : '';
  return error.code === 'deadline_exceeded' || word === 'ECONNRESET' || word === 'EPIPE';
}

/**
 * Calls `submit`, which goes under `key`, until it is answered: the key makes a second try safe when the answer to the first was lost.
 * Rejects with what cannot be mended by trying again, or when nobody has answered for 15 s or a signal came.
 */
export async function submitUntilAnswered<Answer>(
  submit: () => Promise<Answer>,
  key: string,
  signals: Signals,
): Promise<Answer> {
  const giveUpAt = followPorts.now() + patienceMs;
  let isUncertain = false;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await submit();
    } catch (caught) {
      const error = asError(caught, 'submitting the job');
      const pauseMs = pauseOf(attempt, followPorts.random());
      const isHopeless = !error.retryable || error.code === 'resource_exhausted';
      isUncertain ||= mayHaveArrived(error);
      if (isHopeless || signals.first || followPorts.now() + pauseMs > giveUpAt)
        throw isUncertain ? uncertain(error, key) : error;
      if (attempt === 0) say(`suanlink: ${describe(error)}; trying again`);
      await followPorts.sleep(pauseMs, signals.aborted);
    }
  }
}

function uncertain(error: SuanlinkError, key: string): SuanlinkError {
  const hint = `the job may have been taken: the same command with --idempotency-key ${key} finds it`;
  return new SuanlinkError(error.code, `${describe(error)}; ${hint}`, { cause: error });
}
