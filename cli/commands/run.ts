/**
 * `suanlink run`: submits a job, streams what it writes, ends with its exit code.
 *
 * stdout carries the job's stdout and nothing else. The job is submitted under an idempotency key even when none is
 * given, so a submission whose answer was lost is asked again without running twice. A lost connection never cancels.
 * The first Ctrl-C (or SIGTERM) asks the scheduler to cancel and waits for the end; the second leaves at once.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import type { JobView } from '../../proto/api.ts';
import { SuanlinkError } from '../../proto/codes.ts';
import { type Client, createClient } from '../client/client.ts';
import { type ConnectionOptions, resolveConnection } from '../connection.ts';
import { exitCodes } from '../exit-codes.ts';
import { type FollowPorts, followJob, pauseOf } from '../follow.ts';
import { followTimers } from '../follow-timers.ts';
import { type JobOptions, jobRequest, parseEnvFile } from '../job-request.ts';
import { plain } from '../plain.ts';
import { lastLine, type Outcome, outcomeOf, resultDocument } from '../outcome.ts';
import { onSignals, type Signals } from '../signals.ts';
import { asError, createSink, describe, print, say } from '../terminal.ts';
import { parseDuration } from '../units.ts';

/** Options of `run`. */
export interface RunOptions extends ConnectionOptions, JobOptions {
  envFile?: string[];
  idempotencyKey?: string;
  detach?: boolean;
  queueTimeout?: string;
  reconnectTimeout?: string;
  resultFile?: string;
  quiet?: boolean;
}

/** How `run` ended, with the words for the last line. */
interface Ending extends Outcome {
  reason: string;
  message: string;
  job: JobView | null;
}

/** A submission that finds nobody is tried again for this long. */
const submitMs = 15_000;

function readEnvFiles(files: readonly string[]): Record<string, string> {
  const read = (file: string): string => {
    try {
      return readFileSync(file, 'utf8');
    } catch (cause) {
      throw new SuanlinkError('invalid_argument', `cannot read --env-file ${file}`, { cause });
    }
  };
  return Object.assign({}, ...files.map((file) => parseEnvFile(read(file), process.env)));
}

/** The image and the command: `IMAGE [--] CMD…`, or `--image IMAGE [--] CMD…`. */
function splitWords(words: readonly string[], options: RunOptions): { image: string; command: string[] } {
  const [image, ...rest] = options.image === undefined ? words : [options.image, ...words];
  if (image === undefined || image === '--')
    throw new SuanlinkError('invalid_argument', 'an image is needed: suanlink run IMAGE -- COMMAND');
  return { image, command: rest[0] === '--' ? rest.slice(1) : rest };
}

/** Submits until it is answered; a scheduler that cannot be reached is tried again for 15 s. */
async function submit(
  client: Client,
  request: Parameters<Client['submit']>[0],
  key: string,
  signals: Signals,
): Promise<JobView> {
  const giveUpAt = followTimers.now() + submitMs;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await client.submit(request, key);
    } catch (caught) {
      const error = asError(caught, 'submitting the job');
      const pauseMs = pauseOf(attempt, followTimers.random());
      const hopeless = !error.retryable || error.code === 'resource_exhausted';
      if (hopeless || signals.first || followTimers.now() + pauseMs > giveUpAt) throw error;
      if (attempt === 0) say(`suanlink: ${describe(error)}; trying again`);
      await followTimers.sleep(pauseMs, signals.aborted);
    }
  }
}

/** Says what the job is doing, when that is something new; while it waits at most every 30 s. */
function createNarrator(isQuiet: boolean): (job: JobView) => void {
  let last = '';
  let lastWaitAt = Number.NEGATIVE_INFINITY;
  return (job) => {
    const { lease } = job;
    const line =
      job.state === 'queued'
        ? `waiting: ${plain(job.waiting_reason || 'in the queue')}`
        : lease && job.state === 'leased'
          ? `${lease.phase} on ${plain(lease.node_name)}${lease.detail === '' ? '' : `: ${plain(lease.detail)}`}`
          : '';
    if (isQuiet || line === '' || line === last) return;
    if (job.state === 'queued') {
      if (followTimers.now() - lastWaitAt < 30_000) return;
      lastWaitAt = followTimers.now();
    }
    last = line;
    say(`suanlink: ${line}`);
  };
}

/** Asks for the cancel until the scheduler has heard it; whether it has. */
async function cancel(client: Client, id: string, message: string, over: AbortSignal): Promise<boolean> {
  for (let attempt = 0; !over.aborted; attempt += 1) {
    try {
      await client.cancel(id, message);
      return true;
    } catch (caught) {
      const error = asError(caught, 'cancelling');
      if (!error.retryable) {
        say(`suanlink: the job could not be cancelled: ${describe(error)}`);
        return false;
      }
      await followTimers.sleep(pauseOf(attempt, followTimers.random()), over);
    }
  }
  return false;
}

interface Following {
  client: Client;
  job: JobView;
  options: RunOptions;
  signals: Signals;
}

/** Streams the job to its end. */
async function follow({ client, job: first, options, signals }: Following): Promise<Ending> {
  const sink = createSink();
  const narrate = createNarrator(options.quiet === true);
  const over = new AbortController();
  let job = first;
  let queueTimedOut = false;
  let heard = false;
  let cancelling: Promise<void> | undefined;
  const askToCancel = (why: string): void => {
    cancelling ??= cancel(client, first.id, why, over.signal).then((done) => {
      heard = done;
    });
  };
  signals.onFirst((name) => {
    say(`suanlink: ${name}: cancelling ${first.id} and waiting for its end; once more to leave at once`);
    askToCancel(`${name} at the command line`);
  });
  const queueLimit = options.queueTimeout === undefined ? undefined : parseDuration(options.queueTimeout);
  const queueTimer =
    queueLimit === undefined
      ? undefined
      : setTimeout(() => {
          if (job.state !== 'queued') return;
          queueTimedOut = true;
          askToCancel('the queue timeout of the command line');
        }, queueLimit);
  const followPorts: FollowPorts = {
    ...followTimers,
    lost: (error, pauseMs) =>
      say(
        `suanlink: connection lost (${describe(error)}); the job goes on, next try in ${(pauseMs / 1000).toFixed(1)} s`,
      ),
    back: () => say('suanlink: connected again'),
  };
  const limits = { reconnectMs: parseDuration(options.reconnectTimeout ?? '15m') };
  try {
    for await (const seen of followJob(
      client,
      first.id,
      { stdout: 0, stderr: 0 },
      followPorts,
      limits,
      signals.aborted,
    )) {
      if (seen.type === 'log') await sink.write(seen.stream, seen.data);
      else {
        job = seen.job;
        if (seen.type === 'state') narrate(job);
      }
    }
  } catch (caught) {
    const error = asError(caught, 'following the job');
    const message = `${describe(error)}; the job may still run: suanlink logs -f ${first.id}`;
    return { result: 'error', exitCode: exitCodes.own_failure, reason: error.code, message, job };
  } finally {
    clearTimeout(queueTimer);
    over.abort();
    if (!signals.aborted.aborted) await cancelling;
  }
  return endingOf(job, signals, { queueTimedOut, cancelHeard: heard });
}

interface Asked {
  queueTimedOut: boolean;
  cancelHeard: boolean;
}

function endingOf(job: JobView, signals: Signals, { queueTimedOut, cancelHeard }: Asked): Ending {
  const { end } = job;
  if (!end) {
    const message = cancelHeard
      ? 'left before the end; the scheduler cancels the job'
      : `left before the cancel was heard, so the job may still run: suanlink cancel ${job.id}`;
    return { result: 'cancelled', exitCode: signals.exitCode, reason: 'left', message, job };
  }
  if (queueTimedOut && end.reason === 'cancelled' && !signals.first) {
    const message = 'no node had the resources free in time (--queue-timeout)';
    return { result: 'error', exitCode: exitCodes.own_failure, reason: 'queue_timeout', message, job };
  }
  const outcome = outcomeOf(end, signals.first ? signals.exitCode : undefined);
  return { ...outcome, reason: end.reason, message: end.message, job };
}

/** Says how it ended, in words when that is not plain, in the last line always. */
function report(ending: Ending, options: RunOptions): number {
  const { job, result, reason } = ending;
  if (result !== 'succeeded' && ending.message !== '') say(`suanlink: ${plain(ending.message)}`);
  if (options.resultFile !== undefined) {
    try {
      writeFileSync(options.resultFile, `${JSON.stringify(resultDocument(job, ending), null, 2)}\n`);
    } catch (caught) {
      say(`suanlink: cannot write --result-file: ${asError(caught, options.resultFile).message}`);
    }
  }
  say(lastLine(result, reason, job?.end?.exit_code ?? null, job?.lease?.id ?? null));
  return ending.exitCode;
}

/** Runs a job; the exit code for the process. */
export async function runCommand(words: readonly string[], options: RunOptions): Promise<number> {
  const signals = onSignals();
  let client: Client | undefined;
  let job: JobView | null = null;
  try {
    const { image, command } = splitWords(words, options);
    const request = jobRequest(image, command, options, readEnvFiles(options.envFile ?? []), process.env);
    client = createClient(resolveConnection(options, process.env));
    const key = options.idempotencyKey ?? `run-${randomBytes(16).toString('hex')}`;
    job = await submit(client, request, key, signals);
    if (options.detach) {
      print(job.id);
      return exitCodes.ok;
    }
    if (!options.quiet) say(`suanlink: job ${job.id}`);
    return report(await follow({ client, job, options, signals }), options);
  } catch (caught) {
    const error = asError(caught, 'run');
    if (options.detach) say(`suanlink run: ${describe(error)}`);
    const exitCode = signals.first ? signals.exitCode : exitCodes.own_failure;
    const message = describe(error);
    return report({ result: 'error', exitCode, reason: error.code, message, job }, options);
  } finally {
    signals.stop();
    client?.close();
  }
}
