/** Leases in the pool: applies the lease machine's decisions to the state, and what a lease's end means for its job. */
import type { LeaseKey } from '../../proto/lease.ts';
import type { LeaseEnd, Message, Usage } from '../../proto/messages.ts';
import type { Node } from '../fleet/node.ts';
import type { Lease } from '../lease/lease.ts';
import { type LeaseEventIn, step } from '../lease/machine.ts';
import { mayHaveRun, outcome } from '../lease/outcome.ts';
import type { UsageProof } from '../../proto/signing.ts';
import { sourcesOf } from '../lease/states.ts';
import type { Moment } from '../ports.ts';
import type { EndRecord, JobRecord, LeaseRecord } from '../records.ts';
import { recordUsage } from '../usage/record.ts';
import type { Turn } from './commands.ts';
import { countMonth, settle } from './fair.ts';
import { memberEnded, type StopLease } from './gangs.ts';
import { endJob, hasRetryLeft, requeue, retry, withdraw } from './jobs.ts';
import { addUsage, type PoolState, putLease, refreshNode } from './state.ts';

/** The lease that `key` names on `node`; undefined when it is unknown, elsewhere or of another epoch: then what was said
 * about it changes nothing. */
export function findLease(state: PoolState, node: Node, key: LeaseKey): Lease | undefined {
  const lease = state.leases.get(key.leaseId);
  return lease && lease.epoch === key.epoch && lease.nodeId === node.record.id ? lease : undefined;
}

/** Puts a message for the node's session into the turn; without a session it will be derived again at the next one. */
export function sendTo(turn: Turn, node: Node | undefined, message: Message): void {
  if (node?.session) turn.effects.push({ kind: 'send', connection: node.session.connection, message });
}

/** Applies one event to one lease, with all that follows. */
export function applyToLease(
  state: PoolState,
  turn: Turn,
  lease: Lease,
  event: LeaseEventIn,
  at: Moment,
): Lease {
  const { next, send } = step(lease, event, at.now, at.wall);
  const node = state.nodes.get(lease.nodeId);
  if (next !== lease) putLease(state, next);
  if (next.state !== lease.state) {
    const { leaseId, epoch, state: to, stop, end } = next;
    turn.writes.push({ kind: 'lease_state', leaseId, epoch, from: sourcesOf(to), state: to, stop, end });
  }
  for (const message of send) sendTo(turn, node, message);
  if (next.state === 'ended' && lease.state !== 'ended') afterEnd(state, turn, next, at);
  else if (next.state !== lease.state || next.phase !== lease.phase || next.detail !== lease.detail)
    turn.effects.push({ kind: 'job', jobId: lease.jobId, ended: false });
  return next;
}

function afterEnd(state: PoolState, turn: Turn, lease: Lease, at: Moment): void {
  const node = state.nodes.get(lease.nodeId);
  const job = state.jobs.get(lease.jobId);
  const reason = lease.end?.reason;
  if (node && !lease.stop && (reason === 'rejected' || reason === 'offer_expired'))
    rest(state, node, reason, at.now);
  if (node) refreshNode(state, node, at.now, true);
  turn.effects.push({ kind: 'log_over', leaseId: lease.leaseId });
  if (!job) return;
  settle(state, job, lease, at.now);
  if (mayHaveRun(lease)) job.attempts.push(lease.leaseId);
  if (job.gang) {
    const stop: StopLease = (other, why, message) => {
      const request = { reason: why, message, graceMs: other.graceMs };
      applyToLease(state, turn, other, { kind: 'stop', stop: request }, at);
    };
    memberEnded(state, turn, { job, gang: job.gang, lease }, at, stop);
    return;
  }
  const meaning = outcome(lease);
  const { errorCode = '', message = '' } = lease.end ?? {};
  if (meaning === 'queued' && lease.stop) withdraw(state, turn, job, message, at);
  else if (meaning === 'queued') requeue(state, turn, job, `${lease.nodeName}: ${errorCode} ${message}`, at);
  else if (meaning === 'may_retry' && hasRetryLeft(state, job)) retry(state, turn, job, lease, at);
  else endJob(state, turn, job, null);
}

/** A node that did not take an offer gets none for a while: 20 ms after a refusal (it may still be clearing up), 1 s
 * after silence, doubling to 5 s. */
function rest(state: PoolState, node: Node, reason: 'rejected' | 'offer_expired', now: number): void {
  const first = reason === 'rejected' ? 20 : 1000;
  node.restUntil = now + Math.min(first * 2 ** node.refusals, 5000);
  node.refusals = Math.min(node.refusals + 1, 16);
  state.timers.push({ at: node.restUntil, kind: 'node', node });
}

/** Puts on record that logs are taken away; late output of such a lease is no longer kept. */
export function removeLogs(state: PoolState, turn: Turn, leases: readonly LeaseKey[], wall: number): void {
  turn.lazy = true;
  for (const { leaseId, epoch } of leases) {
    const lease = state.leases.get(leaseId);
    if (lease && (lease.epoch !== epoch || lease.state !== 'ended')) continue;
    if (lease) putLease(state, { ...lease, logRemovedUnixMs: wall });
    turn.writes.push({ kind: 'log_removed', leaseId, epoch, unixMs: wall });
    turn.effects.push({ kind: 'remove_log', leaseId });
  }
}

/** A usage report, and what its signature is worth. */
export interface ProvenUsage {
  usage: Usage;
  proof: UsageProof;
}

/** Records one usage report, once: in memory when `lease` is there, in the store in any case. */
export function applyUsage(
  state: PoolState,
  turn: Turn,
  lease: LeaseRecord,
  { usage, proof }: ProvenUsage,
  at: Moment,
): void {
  const row = recordUsage(lease, usage, proof, at.wall);
  if (state.leases.has(lease.leaseId) && !addUsage(state, row)) return;
  countMonth(state, row);
  turn.writes.push({ kind: 'usage', row, nodeSignature: usage.signature ?? new Uint8Array(0) });
  if (proof !== 'disputed') return;
  const fields = { node: lease.nodeId, lease: lease.leaseId, epoch: lease.epoch, part: usage.part };
  turn.effects.push({ kind: 'alert', event: 'usage_disputed', fields });
}

const hex = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');

/** An agent's end record as ours. Its times count from the offer's arrival; ours from the job's submission. */
export function endRecord(
  lease: Lease,
  job: JobRecord,
  end: LeaseEnd,
  logFault: string,
  wall: number,
): EndRecord {
  const granted = Math.max(0, lease.grantedUnixMs - job.submittedUnixMs);
  return {
    reason: end.reason,
    exitCode: end.exitCode ?? null,
    errorCode: end.errorCode,
    message: logFault === '' ? end.message : `${end.message}${end.message ? '; ' : ''}${logFault}`,
    endedUnixMs: wall,
    stdoutBytes: end.stdoutBytes,
    stderrBytes: end.stderrBytes,
    stdoutSha256: hex(end.stdoutSha256),
    stderrSha256: hex(end.stderrSha256),
    ...(end.stdoutDroppedBytes ? { stdoutDroppedBytes: end.stdoutDroppedBytes } : {}),
    ...(end.stderrDroppedBytes ? { stderrDroppedBytes: end.stderrDroppedBytes } : {}),
    timeline: [
      { name: 'submitted', atMs: 0 },
      { name: 'granted', atMs: granted },
      ...end.timeline.map(({ name, atMs }) => ({ name, atMs: granted + atMs })),
      { name: 'recorded', atMs: Math.max(0, wall - job.submittedUnixMs) },
    ],
  };
}
