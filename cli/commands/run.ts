/**
 * `suanlink run`: submits a job, streams what it writes, ends with its exit code. With `--array N` it is N equal jobs, whose
 * output comes in their order, the one after the other.
 *
 * stdout carries the job's stdout and nothing else. The job is submitted under an idempotency key even when none is
 * given, so a submission whose answer was lost is asked again without running twice. A lost connection never cancels.
 * The first Ctrl-C (or SIGTERM) asks the scheduler to cancel and waits for the end; the second leaves at once.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { SuanlinkError } from '../../proto/codes.ts';
import { parseDuration } from '../../proto/duration.ts';
import { type Client, createClient, type JobRequest } from '../client/client.ts';
import { type ConnectionOptions, resolveConnection } from '../connection.ts';
import { exitCodes } from '../exit-codes.ts';
import { plain } from '../plain.ts';
import { createCanceller } from '../run/canceller.ts';
import { type Ending, follow } from '../run/following.ts';
import { type JobOptions, jobRequest, parseEnvFile } from '../run/job-request.ts';
import { lastLine, resultDocument } from '../run/outcome.ts';
import { submitUntilAnswered } from '../run/submit.ts';
import { onSignals, type Signals } from '../signals.ts';
import { asError, describe, print, say } from '../terminal.ts';
import { parseInteger } from '../units.ts';

/** Options of `run`. */
export interface RunOptions extends ConnectionOptions, JobOptions {
  envFile?: string[];
  array?: string;
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
  /** How many equal jobs; undefined: one, and no array. */
  count: number | undefined;
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
  if (options.array !== undefined && options.queueTimeout !== undefined)
    throw new SuanlinkError('invalid_argument', '--queue-timeout is for one job; with --array, leave it out');
  return {
    request: jobRequest(image, command, options, readEnvFiles(options.envFile ?? []), process.env),
    key: options.idempotencyKey ?? `run-${randomBytes(16).toString('hex')}`,
    queueMs: options.queueTimeout === undefined ? undefined : parseDuration(options.queueTimeout),
    reconnectMs: parseDuration(options.reconnectTimeout),
    count: options.array === undefined ? undefined : parseInteger(options.array),
  };
}

/** Submits; the ids of the jobs, in their order. */
async function submit(client: Client, plan: Plan, signals: Signals): Promise<string[]> {
  const { request, key, count } = plan;
  if (count === undefined) {
    const { id } = await submitUntilAnswered(() => client.submit(request, key), key, signals);
    return [id];
  }
  const array = await submitUntilAnswered(() => client.submitArray(request, count, key), key, signals);
  return array.job_ids;
}

/** Streams the jobs to their ends, one after the other in their order; a signal cancels all of them. */
async function followAll(
  client: Client,
  ids: readonly string[],
  plan: Plan,
  signals: Signals,
  isQuiet: boolean,
): Promise<Ending[]> {
  const canceller = createCanceller(client, ids);
  const what = ids.length === 1 ? ids[0] : `${ids.length} jobs`;
  signals.onFirst((name) => {
    say(`suanlink: ${name}: cancelling ${what} and waiting for the end; once more to leave at once`);
    canceller.ask(`${name} at the command line`);
  });
  const endings: Ending[] = [];
  for (const [index, id] of ids.entries()) {
    const place = plan.count === undefined ? '' : `${index + 1} of ${ids.length}, `;
    if (!isQuiet) say(`suanlink: ${place}job ${id}`);
    const ending = await follow(client, id, { ...plan, isQuiet, canceller, signals });
    endings.push(ending);
    if (signals.aborted.aborted) break;
    if (plan.count !== undefined) {
      sayMessage(ending);
      say(lineOf(ending));
    }
  }
  const stopped = canceller.stop();
  if (!signals.aborted.aborted) await stopped;
  return endings;
}

function sayMessage({ result, message }: Ending): void {
  if (result !== 'succeeded' && message !== '') say(`suanlink: ${plain(message)}`);
}

function lineOf({ job, result, reason }: Ending): string {
  return lastLine(result, reason, job?.end?.exit_code ?? null, job?.lease?.id ?? null);
}

/** Says how it ended, in the last line always: with several jobs that of the first that did not succeed. The exit code. */
function report(endings: readonly Ending[], options: RunOptions): number {
  const ending = endings.find(({ result }) => result !== 'succeeded') ?? endings.at(-1);
  if (!ending) throw new SuanlinkError('internal', 'nothing was followed');
  if (options.array !== undefined && ending.job) {
    const good = endings.filter(({ result }) => result === 'succeeded').length;
    say(`suanlink: ${good} of ${ending.job.array?.size ?? endings.length} jobs succeeded`);
  } else sayMessage(ending);
  if (options.resultFile !== undefined) writeResult(options.resultFile, ending, endings, options);
  say(lineOf(ending));
  return ending.exitCode;
}

function writeResult(file: string, ending: Ending, endings: readonly Ending[], { array }: RunOptions): void {
  const document = resultDocument(ending.job, ending);
  const all = { ...document, jobs: endings.map((each) => resultDocument(each.job, each)) };
  try {
    writeFileSync(file, `${JSON.stringify(array === undefined ? document : all, null, 2)}\n`);
  } catch (caught) {
    say(`suanlink: cannot write --result-file: ${asError(caught, file).message}`);
  }
}

/** Runs a job or an array of equal ones; the exit code for the process. Never rejects: what goes wrong here is 125. */
export async function runCommand(words: readonly string[], options: RunOptions): Promise<number> {
  const signals = onSignals();
  let client: Client | undefined;
  try {
    const plan = planOf(words, options);
    client = createClient(resolveConnection(options, process.env));
    const ids = await submit(client, plan, signals);
    if (options.detach) {
      for (const id of ids) print(id);
      return exitCodes.ok;
    }
    return report(await followAll(client, ids, plan, signals, options.quiet === true), options);
  } catch (caught) {
    const error = asError(caught, 'run');
    const exitCode = signals.first ? signals.exitCode : exitCodes.own_failure;
    const message = describe(error);
    return report([{ result: 'error', exitCode, reason: error.code, message, job: null }], options);
  } finally {
    signals.stop();
    client?.close();
  }
}
