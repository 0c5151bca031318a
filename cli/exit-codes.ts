/**
 * Exit codes: what scripts and pipelines branch on. Frozen by test/cli/exit-codes.test.ts: a number may be added, never
 * given another meaning. Pure.
 */
import { assertNever, type Code } from '../proto/codes.ts';

/** Every exit code but those that a job of its own makes. */
export const exitCodes = {
  ok: 0,
  failure: 1,
  usage: 2,
  not_connected: 3,
  auth: 4,
  not_found: 5,
  conflict: 6,
  no_capacity: 7,
  pending: 8,
  network: 9,
  denied: 10,
  timeout: 124,
  own_failure: 125,
  not_executable: 126,
  command_not_found: 127,
  interrupted: 130,
  killed: 137,
  terminated: 143,
} as const;

/** What each means, for `suanlink help exit-codes`. */
export const exitMeanings: Record<keyof typeof exitCodes, string> = {
  ok: 'done; for run: the job exited with 0',
  failure: 'failed in a way that has no number of its own',
  usage: 'wrong usage: an option, an argument or a configuration file',
  not_connected: 'the agent does not run, or has no connection to the scheduler',
  auth: 'no token, or one that is not good; or the certificate authority is not the pinned one',
  not_found: 'no such thing, or none that this token may see',
  conflict: 'it exists in another form: the idempotency key belongs to another job',
  no_capacity: 'no node has the resources free',
  pending: 'not finished yet',
  network: 'the scheduler cannot be reached; the same command may work later',
  denied: 'the role or a quota does not allow it',
  timeout: 'run: the job reached its time limit',
  own_failure: 'run: suanlink failed, not the job',
  not_executable: 'run: the command is there but cannot be executed',
  command_not_found: 'run: the image has no such command',
  interrupted: 'ended by Ctrl-C; run: the job was cancelled',
  killed: 'run: the job was killed, or ran out of memory',
  terminated: 'ended by SIGTERM; run: the job was cancelled',
};

/** The exit code of a command (other than `run`) that failed with `code`. */
export function exitOfCode(code: Code): number {
  switch (code) {
    case 'invalid_argument':
    case 'config_invalid':
    case 'too_large':
      return exitCodes.usage;
    case 'unauthenticated':
    case 'ca_mismatch':
    case 'join_token_used':
    case 'join_token_expired':
    case 'bad_signature':
      return exitCodes.auth;
    case 'permission_denied':
    case 'resource_exhausted':
      return exitCodes.denied;
    case 'not_found':
    case 'image_not_found':
      return exitCodes.not_found;
    case 'conflict':
    case 'stale_epoch':
    case 'stale_inventory':
    case 'session_superseded':
    case 'state_locked':
      return exitCodes.conflict;
    case 'no_capacity':
    case 'owner_policy':
    case 'draining':
      return exitCodes.no_capacity;
    case 'unavailable':
    case 'deadline_exceeded':
      return exitCodes.network;
    case 'internal':
    case 'protocol_error':
    case 'image_pull_denied':
    case 'image_pull_failed':
    case 'command_not_found':
    case 'command_not_executable':
    case 'device_unavailable':
    case 'container_create_failed':
    case 'container_start_failed':
    case 'engine_unavailable':
    case 'engine_error':
    case 'storage_failed':
      return exitCodes.failure;
    default:
      return assertNever(code);
  }
}
