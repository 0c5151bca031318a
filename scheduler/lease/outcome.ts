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

/** How long a job lets others go first after its cards were taken from it, in ms. */
export const yieldMs = 1000;

/** The pause before retry number `retry` (from 1) of work that ended for `reason`, in ms: none, then 1 s doubling to
 * 5 min. Cards that were taken for somebody else are not asked back at once. */
export function retryPauseMs(retry: number, reason: EndReason | undefined): number {
  const wasTaken = reason === 'preempted' || reason === 'owner_reclaimed';
  if (retry <= 1) return wasTaken ? yieldMs : 0;
  return Math.min(firstPauseMs * 2 ** (retry - 2), longestPauseMs);
}
