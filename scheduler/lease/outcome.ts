/**
 * What the end of a lease means for its job. Pure.
 *
 * GROUND RULE: nothing that may have started is started again unless the job asks for it (`max_retries`), and then only
 * when it was not the work itself that ended it.
 */
import { type EndReason, neverRan } from '../../proto/lease.ts';
import type { LeaseRecord } from '../records.ts';

/** `queued`: it never ran and is offered again. `may_retry`: it may have run, and its end was not its own doing. */
export type Outcome = 'ends' | 'queued' | 'may_retry';

/** Ends that are the infrastructure's doing. */
const notItsOwn: readonly EndReason[] = [
  'node_lost',
  'lease_lost',
  'engine_lost',
  'device_lost',
  'preempted',
  'owner_reclaimed',
];

/** Whether a container may have run under the lease: whoever is not sure must say yes. */
export function mayHaveRun({ state, end }: LeaseRecord): boolean {
  return state !== 'offered' && !(end && neverRan.includes(end.reason));
}

/** What the end of `lease` means for its job; one that its node called invalid would be refused everywhere. */
export function outcome({ end, stop }: LeaseRecord): Outcome {
  if (!end) return 'ends';
  if (neverRan.includes(end.reason)) return end.errorCode === 'invalid_argument' ? 'ends' : 'queued';
  // A job that was to end has ended, whatever became of its node meanwhile.
  if (stop?.reason === 'cancelled' || stop?.reason === 'deadline') return 'ends';
  return notItsOwn.includes(end.reason) ? 'may_retry' : 'ends';
}

const firstPauseMs = 1000;
const longestPauseMs = 300_000;

/** The pause before retry number `retry` (from 1), in ms: none, then 1 s doubling to 5 min. */
export function retryPauseMs(retry: number): number {
  return retry <= 1 ? 0 : Math.min(firstPauseMs * 2 ** (retry - 2), longestPauseMs);
}
