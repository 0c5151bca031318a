/** Following a job that `run` has submitted: what it writes goes out, a signal or the queue timeout cancels it. */
import type { JobView } from '../../proto/api.ts';
import type { Client } from '../client/client.ts';
import { exitCodes } from '../exit-codes.ts';
import { followJob, missingText } from '../follow.ts';
import { followPorts } from '../follow-ports.ts';
import type { Signals } from '../signals.ts';
import { asError, createSink, describe, say } from '../terminal.ts';
import type { Canceller } from './canceller.ts';
import { createNarrator } from './narrate.ts';
import { type Outcome, outcomeOf } from './outcome.ts';

/** How `run` ended, with the words for the last line. */
export interface Ending extends Outcome {
  reason: string;
  message: string;
  job: JobView | null;
}

/** How to follow. */
export interface Following {
  /** undefined: it may wait for ever. */
  queueMs: number | undefined;
  reconnectMs: number;
  isQuiet: boolean;
  /** Asked by whoever listens to the signals; by us at the queue timeout. Stays ours to ask until it is stopped. */
  canceller: Canceller;
  signals: Signals;
}

/** Streams the job `id` to its end. */
export async function follow(client: Client, id: string, how: Following): Promise<Ending> {
  const { canceller, signals } = how;
  const sink = createSink();
  const narrate = createNarrator(how.isQuiet, followPorts.now);
  let job: JobView | null = null;
  let queueTimedOut = false;
  const onQueueTimeout = (): void => {
    if (job && job.state !== 'queued') return;
    queueTimedOut = true;
    canceller.ask('the queue timeout of the command line');
  };
  const queueTimer = how.queueMs === undefined ? undefined : setTimeout(onQueueTimeout, how.queueMs);
  try {
    for await (const seen of followJob(
      client,
      id,
      { stdout: 0, stderr: 0 },
      followPorts,
      how,
      signals.aborted,
    )) {
      if (seen.type === 'log') {
        await sink.write(seen.stream, seen.data);
        continue;
      }
      if (seen.type === 'left_out' || seen.type === 'log_removed') {
        say(`suanlink: ${missingText(seen)}`);
        continue;
      }
      job = seen.job;
      if (seen.type === 'state') narrate(job);
    }
  } catch (caught) {
    const error = asError(caught, 'following the job');
    const message = `${describe(error)}; the job may still run: suanlink logs -f ${id}`;
    return { result: 'error', exitCode: exitCodes.own_failure, reason: error.code, message, job };
  } finally {
    clearTimeout(queueTimer);
  }
  return endingOf(id, job, how, queueTimedOut);
}

function endingOf(
  id: string,
  job: JobView | null,
  { canceller, signals }: Following,
  queueTimedOut: boolean,
): Ending {
  const end = job?.end;
  if (!end) {
    const message = canceller.isHeard
      ? 'left before the end; the scheduler cancels the job'
      : `left before the cancel was heard, so the job may still run: suanlink cancel ${id}`;
    return { result: 'cancelled', exitCode: signals.exitCode, reason: 'left', message, job };
  }
  if (queueTimedOut && end.reason === 'cancelled' && !signals.first) {
    const message = 'no node had the resources free in time (--queue-timeout)';
    return { result: 'error', exitCode: exitCodes.own_failure, reason: 'queue_timeout', message, job };
  }
  const outcome = outcomeOf(end, signals.first ? signals.exitCode : undefined);
  return { ...outcome, reason: end.reason, message: end.message, job };
}
