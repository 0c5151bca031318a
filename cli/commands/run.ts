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
import { type Client, createClient, type JobRequest } from '../client/client.ts';
import { type ConnectionOptions, resolveConnection } from '../connection.ts';
import { exitCodes } from '../exit-codes.ts';
import { followJob, missingText } from '../follow.ts';
import { followPorts } from '../follow-ports.ts';
import { plain } from '../plain.ts';
import { createCanceller } from '../run/canceller.ts';
import { type JobOptions, jobRequest, parseEnvFile } from '../run/job-request.ts';
import { createNarrator } from '../run/narrate.ts';
import { lastLine, type Outcome, outcomeOf, resultDocument } from '../run/outcome.ts';
import { submitJob } from '../run/submit.ts';
import { onSignals, type Signals } from '../signals.ts';
import { asError, createSink, describe, print, say } from '../terminal.ts';
import { parseDuration } from '../../proto/duration.ts';

/** Options of `run`. */
export interface RunOptions extends ConnectionOptions, JobOptions {
  envFile?: string[];
  idempotencyKey?: string;
  detach?: boolean;
  queueTimeout?: string;
  reconnectTimeout: string;
  resultFile?: string;
  quiet?: boolean;
}

/** What is to be done, with every option understood. */
interface Plan {
  request: JobRequest;
  key: string;
  /** undefined: wait for ever. */
  queueMs: number | undefined;
  reconnectMs: number;
}

/** How `run` ended, with the words for the last line. */
interface Ending extends Outcome {
  reason: string;
  message: string;
  job: JobView | null;
}

function readEnvFiles(files: readonly string[]): Record<string, string> {
  const read = (file: string): Record<string, string> => {
    try {
      return parseEnvFile(readFileSync(file, 'utf8'), process.env);
    } catch (cause) {
      throw new SuanlinkError('invalid_argument', `cannot read --env-file ${file}`, { cause });
    }
  };
  return Object.fromEntries(files.flatMap((file) => Object.entries(read(file))));
}

/** The image and the command: `IMAGE [--] CMD…`, or `--image IMAGE [--] CMD…`. */
function splitWords(words: readonly string[], options: RunOptions): { image: string; command: string[] } {
  const [image, ...rest] = options.image === undefined ? words : [options.image, ...words];
  if (image === undefined || image === '--')
    throw new SuanlinkError('invalid_argument', 'an image is needed: suanlink run IMAGE -- COMMAND');
  return { image, command: rest[0] === '--' ? rest.slice(1) : rest };
}

function planOf(words: readonly string[], options: RunOptions): Plan {
  const { image, command } = splitWords(words, options);
  return {
    request: jobRequest(image, command, options, readEnvFiles(options.envFile ?? []), process.env),
    key: options.idempotencyKey ?? `run-${randomBytes(16).toString('hex')}`,
    queueMs: options.queueTimeout === undefined ? undefined : parseDuration(options.queueTimeout),
    reconnectMs: parseDuration(options.reconnectTimeout),
  };
}

/** Streams the job to its end, and cancels it when a signal or the queue timeout says so. */
async function follow(
  client: Client,
  first: JobView,
  plan: Plan,
  signals: Signals,
  isQuiet: boolean,
): Promise<Ending> {
  const sink = createSink();
  const narrate = createNarrator(isQuiet, followPorts.now);
  const canceller = createCanceller(client, first.id);
  let job = first;
  let queueTimedOut = false;
  signals.onFirst((name) => {
    say(`suanlink: ${name}: cancelling ${first.id} and waiting for its end; once more to leave at once`);
    canceller.ask(`${name} at the command line`);
  });
  const onQueueTimeout = (): void => {
    if (job.state !== 'queued') return;
    queueTimedOut = true;
    canceller.ask('the queue timeout of the command line');
  };
  const queueTimer = plan.queueMs === undefined ? undefined : setTimeout(onQueueTimeout, plan.queueMs);
  const from = { stdout: 0, stderr: 0 };
  try {
    for await (const seen of followJob(client, first.id, from, followPorts, plan, signals.aborted)) {
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
    const message = `${describe(error)}; the job may still run: suanlink logs -f ${first.id}`;
    return { result: 'error', exitCode: exitCodes.own_failure, reason: error.code, message, job };
  } finally {
    clearTimeout(queueTimer);
    const stopped = canceller.stop();
    if (!signals.aborted.aborted) await stopped;
  }
  return endingOf(job, signals, { queueTimedOut, cancelHeard: canceller.isHeard });
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

/** Says how it ended: in words when that is not plain, and in the last line always. The exit code. */
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

/** Runs a job; the exit code for the process. Never rejects: what goes wrong here is 125. */
export async function runCommand(words: readonly string[], options: RunOptions): Promise<number> {
  const signals = onSignals();
  let client: Client | undefined;
  try {
    const plan = planOf(words, options);
    client = createClient(resolveConnection(options, process.env));
    const job = await submitJob(client, plan.request, plan.key, signals);
    if (options.detach) {
      print(job.id);
      return exitCodes.ok;
    }
    if (!options.quiet) say(`suanlink: job ${job.id}`);
    return report(await follow(client, job, plan, signals, options.quiet === true), options);
  } catch (caught) {
    const error = asError(caught, 'run');
    const exitCode = signals.first ? signals.exitCode : exitCodes.own_failure;
    return report(
      { result: 'error', exitCode, reason: error.code, message: describe(error), job: null },
      options,
    );
  } finally {
    signals.stop();
    client?.close();
  }
}
