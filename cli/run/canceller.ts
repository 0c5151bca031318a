/** Asking for the cancel of jobs until the scheduler has heard it, however often the way there fails. */
import type { Client } from '../client/client.ts';
import { pauseOf } from '../follow.ts';
import { followPorts } from '../follow-ports.ts';
import { asError, describe, say } from '../terminal.ts';

/** Cancels its jobs, at most once. */
export interface Canceller {
  /** Starts asking, with the reason that the scheduler keeps; a second call changes nothing. */
  ask(why: string): void;
  /** Whether the scheduler has acknowledged, for each of them. */
  readonly isHeard: boolean;
  /** Stops asking; resolves when nothing is under way any more. */
  stop(): Promise<void>;
}

async function askUntilHeard(client: Client, id: string, why: string, over: AbortSignal): Promise<boolean> {
  for (let attempt = 0; !over.aborted; attempt += 1) {
    try {
      await client.cancel(id, why);
      return true;
    } catch (caught) {
      const error = asError(caught, 'cancelling');
      if (!error.retryable) {
        say(`suanlink: the job could not be cancelled: ${describe(error)}`);
        return false;
      }
      await followPorts.sleep(pauseOf(attempt, followPorts.random()), over);
    }
  }
  return false;
}

/** A canceller of the jobs `ids` that has not been asked yet. */
export function createCanceller(client: Client, ids: readonly string[]): Canceller {
  const over = new AbortController();
  let isHeard = false;
  let asking: Promise<void> | undefined;
  return {
    ask(why) {
      asking ??= Promise.all(ids.map((id) => askUntilHeard(client, id, why, over.signal))).then((heard) => {
        isHeard = heard.every(Boolean);
      });
    },
    get isHeard() {
      return isHeard;
    },
    async stop() {
      over.abort();
      await asking;
    },
  };
}
