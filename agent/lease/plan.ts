/**
 * Desired and observed → the next step, as a value. Looked at again after every step and every wake, with no stored
 * program counter, so a crash anywhere is harmless. `wait` says what is being waited for, so that every face can.
 */
import { assertNever } from '../../proto/codes.ts';
import type { Lease } from './lease.ts';

/** What the engine says of the lease's container: the label pair has already matched. */
export type Observed = { container: 'none' } | { container: 'created' | 'running' | 'exited'; id: string };

/** One thing to do now for one lease. */
export type Step =
  | { kind: 'pull' }
  | { kind: 'create' }
  | { kind: 'start'; id: string }
  /** Take up the output of a container that runs and that no task of this process follows. */
  | { kind: 'adopt'; id: string }
  | { kind: 'collect'; id: string }
  | { kind: 'stop'; id: string; graceMs: number }
  /** Its container is gone although it was started. */
  | { kind: 'vanished' }
  /** It was stopped before it had a container. */
  | { kind: 'abandon' }
  | { kind: 'remove'; id: string }
  | { kind: 'forget' }
  | { kind: 'wait'; reason: 'commit' | 'exit' | 'stop' | 'acknowledgement' };

/** Facts about this process, beside the lease and the engine. */
export interface Facts {
  /** A task of this process is following the container's output. */
  followed: boolean;
  /** The end record has been acknowledged by the scheduler. */
  acknowledged: boolean;
  /** A stop is under way. */
  stopSent: boolean;
  /** Its time is over, though nobody has decided what that means for it yet. */
  runOut: boolean;
}

/** The next step for `lease`. Pure. */
export function planLease(lease: Lease, observed: Observed, facts: Facts): Step {
  switch (lease.state) {
    case 'accepted':
      return { kind: 'wait', reason: 'commit' };
    case 'starting':
      return planStarting(lease, observed, facts);
    case 'running':
      return planRunning(observed, facts);
    case 'stopping':
      return planStopping(lease, observed, facts);
    case 'ended':
      if (observed.container !== 'none') return { kind: 'remove', id: observed.id };
      return facts.acknowledged ? { kind: 'forget' } : { kind: 'wait', reason: 'acknowledgement' };
    default:
      return assertNever(lease.state);
  }
}

function planStarting(lease: Lease, observed: Observed, facts: Facts): Step {
  // An agent that could not act for a while begins nothing that it would have to stop at once.
  if (facts.runOut && (observed.container === 'none' || observed.container === 'created'))
    return { kind: 'wait', reason: 'stop' };
  if (observed.container === 'none') return lease.needsPull ? { kind: 'pull' } : { kind: 'create' };
  if (observed.container === 'created') return { kind: 'start', id: observed.id };
  // Started before a crash could be journalled: take it up where it is.
  return planRunning(observed, facts);
}

function planRunning(observed: Observed, facts: Facts): Step {
  if (observed.container === 'none') return { kind: 'vanished' };
  if (facts.followed) return { kind: 'wait', reason: 'exit' };
  // Created, though it was started: the machine went down with it, and Podman calls it so since.
  return observed.container === 'running'
    ? { kind: 'adopt', id: observed.id }
    : { kind: 'collect', id: observed.id };
}

function planStopping(lease: Lease, observed: Observed, facts: Facts): Step {
  if (observed.container === 'none')
    return lease.startedAt === undefined ? { kind: 'abandon' } : { kind: 'vanished' };
  if (observed.container === 'created')
    return lease.startedAt === undefined
      ? { kind: 'remove', id: observed.id }
      : { kind: 'collect', id: observed.id };
  if (observed.container === 'running' && !facts.followed) return { kind: 'adopt', id: observed.id };
  if (observed.container === 'running' && !facts.stopSent)
    return { kind: 'stop', id: observed.id, graceMs: lease.stop?.graceMs ?? 0 };
  if (facts.followed) return { kind: 'wait', reason: 'stop' };
  return { kind: 'collect', id: observed.id };
}
