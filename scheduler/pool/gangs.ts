/**
 * Gangs: jobs that run on several nodes at the same time, all or none.
 *
 * A gang is several jobs of one submission, one per node and rank; only the first waits in the queue, for all of them.
 * Their leases are granted in one batch of writes, and committed in one when every node has accepted: before that any
 * refusal takes back all offers. Later the end of one is the end of all, unless it completed: what the infrastructure
 * ended is tried again together, anything else ends the others.
 */
import { madeHere } from '../lease/machine.ts';
import { acceptBy } from '../lease/machine.ts';
import type { Lease } from '../lease/lease.ts';
import { outcome } from '../lease/outcome.ts';
import type { Moment } from '../ports.ts';
import type { Turn } from './commands.ts';
import { endJob, hasRetryLeft, requeue, retry } from './jobs.ts';
import { type Job, leaseOf, type PoolState } from './state.ts';

/** Applies an event to a lease, with all that follows; handed in, because what follows comes here again. */
export type StopLease = (lease: Lease, reason: 'preempted' | 'cancelled', message: string) => void;

/** What tells a container of a gang where it stands; nothing for a job that runs alone. */
export function gangEnv(state: PoolState, job: Job): Record<string, string> {
  const { gang } = job;
  if (!gang) return {};
  const peers = gang.map((member) => {
    const lease = leaseOf(state, member);
    const node = lease && state.nodes.get(lease.nodeId);
    return node?.inventory?.host.hostname ?? lease?.nodeName ?? '';
  });
  return {
    SUANLINK_RANK: String(gang.indexOf(job)),
    SUANLINK_WORLD_SIZE: String(gang.length),
    SUANLINK_PEERS: peers.join(','),
  };
}

/** Notes that a node has accepted the offer of a gang's member; gives the leases to commit when it was the last. */
export function acceptMember(state: PoolState, gang: readonly Job[], lease: Lease, now: number): Lease[] {
  const job = state.jobs.get(lease.jobId);
  if (!job) return [];
  if (lease.state !== 'offered') return [lease];
  if (now <= acceptBy(lease)) job.acceptedEpoch = lease.epoch;
  const leases = gang.flatMap((member) => {
    const one = leaseOf(state, member);
    return one && one.state === 'offered' && member.acceptedEpoch === one.epoch && now <= acceptBy(one)
      ? [one]
      : [];
  });
  return leases.length === gang.length ? leases : [];
}

/** What the end of one member's lease means for the gang. */
export function memberEnded(
  state: PoolState,
  turn: Turn,
  { job, gang, lease }: { job: Job; gang: readonly Job[]; lease: Lease },
  at: Moment,
  stop: StopLease,
): void {
  const rank = gang.indexOf(job);
  const { reason = 'cancelled', message = '', errorCode = '' } = lease.end ?? {};
  const meaning = outcome(lease);
  const isAgain = meaning === 'queued' || (meaning === 'may_retry' && hasRetryLeft(state, job));
  const others = gang.filter((member) => member !== job);
  if (isAgain && gang.every((member) => member.state !== 'ended')) {
    // Those that were only offered end at once, and come here too: this one, which is queued last, puts the gang back.
    for (const member of others) {
      const live = leaseOf(state, member);
      if (member.state === 'leased' && live && live.state !== 'ended' && live.state !== 'stopping')
        stop(live, 'preempted', `rank ${rank} of its gang has no lease any more: ${reason}`);
    }
    job.state = 'queued';
    const [first] = gang;
    if (!first || gang.some((member) => member.state !== 'queued')) return;
    if (meaning === 'queued') requeue(state, turn, first, `${lease.nodeName}: ${errorCode} ${message}`, at);
    else retry(state, turn, first, lease, at);
    return;
  }
  endJob(state, turn, job, meaning === 'queued' ? madeHere('cancelled', at.wall, { message }) : null);
  if (meaning === 'ends' && reason === 'completed' && others.every((member) => member.state !== 'queued'))
    return;
  for (const member of others)
    endMember(state, turn, member, `rank ${rank} of its gang ended: ${reason}`, at, stop);
}

function endMember(
  state: PoolState,
  turn: Turn,
  member: Job,
  message: string,
  at: Moment,
  stop: StopLease,
): void {
  if (member.state === 'queued') endJob(state, turn, member, madeHere('cancelled', at.wall, { message }));
  const live = leaseOf(state, member);
  if (member.state === 'leased' && live && live.state !== 'ended') stop(live, 'cancelled', message);
}
