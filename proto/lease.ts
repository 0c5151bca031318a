/** Words of a lease's life that both ends, the API and every face share. */
import type { LeaseId } from './ids.ts';

/** Why a lease ended; one per lease, never changed afterwards. */
export const endReasons = [
  'completed', // exit code 0
  'exit_nonzero', // the container's command ended with another code
  'signal', // the container was ended by a signal that we did not send
  'oom', // the kernel ended it for memory
  'image_pull', // the image could not be had; error_code says why
  'start_failed', // the engine could not create or start the container; error_code says why
  'deadline', // the job's time limit
  'cancelled', // asked for by the tenant or an operator
  'preempted', // asked for by the scheduler in favour of others
  'lease_lost', // the agent could not renew in time and stopped it
  'node_lost', // the scheduler did not hear of it in time
  'device_lost', // an accelerator of the lease failed
  'engine_lost', // the container engine lost the container
  'owner_reclaimed', // the node's owner took the card back
  'idle_reclaimed', // its cards idled for long while others waited for them
  'rejected', // the node refused the offer for good
  'offer_expired', // the offer was not committed in time
] as const;

/** One of `endReasons`. */
export type EndReason = (typeof endReasons)[number];

/** Ends of leases that never had a container: they are offers that came to nothing, not attempts at the work. */
export const neverRan: readonly EndReason[] = ['rejected', 'offer_expired'];

/** Reasons with which a lease is stopped; the scheduler asks with the first five, the rest are the node's own. */
export const stopReasons = [
  'cancelled',
  'preempted',
  'deadline',
  'owner_reclaimed',
  'lease_lost',
  'device_lost',
] as const;
/** One of `stopReasons`. */
export type StopReason = (typeof stopReasons)[number];

/** Phases that an agent reports while a lease lives, in order. */
export const phases = [
  'accepted',
  'committed',
  'pulling',
  'creating',
  'starting',
  'running',
  'stopping',
  'ended',
] as const;
/** One of `phases`. */
export type Phase = (typeof phases)[number];

/** Reasons for which the scheduler stops a lease. `idle_reclaimed` is its own word: a node is told `preempted`. */
export type AskedReason = StopReason | 'idle_reclaimed';

/** The reason as a node is told it. */
export function toldReason(reason: AskedReason): StopReason {
  return reason === 'idle_reclaimed' ? 'preempted' : reason;
}

/** A lease as a pair: every message and every write about it carries both. */
export interface LeaseKey {
  leaseId: LeaseId;
  epoch: number;
}
