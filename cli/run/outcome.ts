/** How a job's end becomes the end of `suanlink run`: exit code, one word, and the last line. Pure. */
import type { EndView, JobView } from '../../proto/api.ts';
import { assertNever } from '../../proto/codes.ts';
import { exitCodes } from '../exit-codes.ts';

/** In one word, what came of it: the job's own doing (`succeeded`, `failed`, `timeout`, `cancelled`) or not its fault
 * (`lost`: a node, card or engine; `error`: it could not be started, or suanlink failed). */
export type Result = 'succeeded' | 'failed' | 'timeout' | 'cancelled' | 'lost' | 'error';

/** What `run` ends with. */
export interface Outcome {
  result: Result;
  exitCode: number;
}

/** Exit codes of jobs are one byte. */
function own(code: number | null, otherwise: number): number {
  return code !== null && code > 0 && code < 256 ? code : otherwise;
}

/** The outcome of `end`; `askedBy` is the signal on which we asked for the cancel, if we did. */
export function outcomeOf(
  end: Pick<EndView, 'reason' | 'exit_code' | 'error_code'>,
  askedBy?: number,
): Outcome {
  switch (end.reason) {
    case 'completed':
      return { result: 'succeeded', exitCode: exitCodes.ok };
    case 'exit_nonzero':
      return { result: 'failed', exitCode: own(end.exit_code, exitCodes.failure) };
    case 'signal':
    case 'oom':
      return { result: 'failed', exitCode: own(end.exit_code, exitCodes.killed) };
    case 'deadline':
      return { result: 'timeout', exitCode: exitCodes.timeout };
    case 'cancelled':
      return { result: 'cancelled', exitCode: askedBy ?? own(end.exit_code, exitCodes.terminated) };
    case 'start_failed':
      return { result: 'error', exitCode: startFailure(end.error_code) };
    case 'image_pull':
    case 'rejected':
    case 'offer_expired':
      return { result: 'error', exitCode: exitCodes.own_failure };
    case 'preempted':
    case 'lease_lost':
    case 'node_lost':
    case 'device_lost':
    case 'engine_lost':
    case 'owner_reclaimed':
    case 'idle_reclaimed':
      return { result: 'lost', exitCode: exitCodes.own_failure };
    default:
      return assertNever(end.reason);
  }
}

function startFailure(errorCode: string): number {
  if (errorCode === 'command_not_found') return exitCodes.command_not_found;
  if (errorCode === 'command_not_executable') return exitCodes.not_executable;
  return exitCodes.own_failure;
}

/** The last line on stderr of `run`, for scripts that cannot tell our exit code from the job's. */
export function lastLine(
  result: Result,
  reason: string,
  jobExit: number | null,
  lease: string | null,
): string {
  return `suanlink: result=${result} reason=${reason} job_exit=${jobExit ?? '-'} lease=${lease ?? '-'}`;
}

/** What `--result-file` gets: `suanlink.result/v1`. Fields may be added, never changed. `job` is null when none came to be. */
export function resultDocument(
  job: JobView | null,
  outcome: Outcome & { reason: string; message: string },
): object {
  return {
    schema: 'suanlink.result/v1',
    result: outcome.result,
    reason: outcome.reason,
    message: outcome.message,
    exit_code: outcome.exitCode,
    job_exit: job?.end?.exit_code ?? null,
    job_id: job?.id ?? null,
    lease_id: job?.lease?.id ?? null,
    usage: job?.end?.usage ?? null,
    job,
  };
}
