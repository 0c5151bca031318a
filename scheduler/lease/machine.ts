/**
 * One lease at the scheduler as a pure machine: `(lease, event, now) → { next, send }`. It decides what is true and what
 * the node must hear; it never acts. The pool turns `next` into fenced writes, the driver persists, then sends.
 *
 * INVARIANTS
 * - A lease ends exactly once, with one reason; `ended` absorbs everything.
 * - Its cards count as taken from the offer to the end, and a lease that was committed ends by itself no sooner than
 *   ttl + margin (+ keep) after the last renewal that left here: by then the node has stopped the container.
 * - An Accept counts only in the first 4/5 of the offer's validity, so that the Commit reaches a node that counts the
 *   validity from the offer's arrival before it has given up.
 * - The first stop request stands.
 *
 * What happens on a crash: the store has the last `next`. `restore` gives a live lease one full ttl + margin (an offer:
 * one full validity) from the start of the new process, which is never less than what the node was promised.
 */
import { assertNever } from '../../proto/codes.ts';
import { type EndReason, type Phase, toldReason } from '../../proto/lease.ts';
import type { Message } from '../../proto/messages.ts';
import type { EndRecord, StopRecord } from '../records.ts';
import type { Lease } from './lease.ts';

/** Everything that can happen to a lease. */
export type LeaseEventIn =
  | { kind: 'accepted' }
  | { kind: 'rejected'; code: string; message: string }
  | { kind: 'phase'; phase: Phase; detail: string }
  | { kind: 'renewed' }
  | { kind: 'stop'; stop: StopRecord }
  /** The agent's end record. */
  | { kind: 'ended'; end: EndRecord }
  /** The node has listed what it holds, and this is not among it. */
  | { kind: 'not_held' }
  /** It was not ended although its time had come: it has a full ttl + margin from now on. */
  | { kind: 'spared' }
  | { kind: 'tick' };

/** The result: the lease as it is now (the same object when nothing changed) and messages to its node. */
export interface Decision {
  next: Lease;
  send: Message[];
}

/** When time alone next changes the lease; Infinity once it has ended. */
export function deadline(lease: Lease): number {
  switch (lease.state) {
    case 'offered':
      return lease.offeredAt + lease.offerValidMs;
    case 'committed':
      return lostAt(lease);
    case 'running':
      return Math.min(lostAt(lease), overdueAt(lease));
    case 'stopping':
      return lostAt(lease);
    case 'ended':
      return Number.POSITIVE_INFINITY;
    default:
      return assertNever(lease.state);
  }
}

/** When the node must have stopped it by itself. A stopping container may use its grace without renewing. */
function lostAt(lease: Lease): number {
  const { renewedAt, ttlMs, keepMs, marginMs, stoppingAt, stop } = lease;
  const byTtl = renewedAt + ttlMs + keepMs;
  const byGrace = stoppingAt === undefined || !stop ? 0 : stoppingAt + stop.graceMs + ttlMs;
  return Math.max(byTtl, byGrace) + marginMs;
}

/** When the agent should long have ended it for its time limit. */
function overdueAt(lease: Lease): number {
  const { runningAt, maxDurationMs, graceMs, ttlMs, marginMs } = lease;
  return runningAt === undefined
    ? Number.POSITIVE_INFINITY
    : runningAt + maxDurationMs + graceMs + ttlMs + marginMs;
}

/** Whether `tick` would now end it as `node_lost`. */
export function isLost(lease: Lease, now: number): boolean {
  return lease.state !== 'offered' && lease.state !== 'ended' && now >= lostAt(lease);
}

/** Until when an Accept counts. */
export function acceptBy(lease: Lease): number {
  return lease.offeredAt + (lease.offerValidMs * 4) / 5;
}

/** Applies one event. Pure; `wall` only dates the end record, `since` is the job's submission. */
export function step(lease: Lease, event: LeaseEventIn, now: number, wall: number): Decision {
  if (lease.state === 'ended') return same(lease);
  switch (event.kind) {
    case 'accepted':
      return accepted(lease, now);
    case 'rejected':
      return rejected(lease, event.code, event.message, wall);
    case 'phase':
      return reported(lease, event.phase, event.detail, now);
    case 'renewed':
      return lease.state === 'offered' ? same(lease) : { next: { ...lease, renewedAt: now }, send: [] };
    case 'stop':
      return stop(lease, event.stop, now, wall);
    case 'ended':
      return lease.state === 'offered' ? same(lease) : finish(lease, asAsked(lease, event.end));
    case 'not_held':
      return notHeld(lease, wall);
    case 'spared':
      return lease.state === 'offered' ? same(lease) : { next: { ...lease, renewedAt: now }, send: [] };
    case 'tick':
      return tick(lease, now, wall);
    default:
      return assertNever(event);
  }
}

const same = (lease: Lease): Decision => ({ next: lease, send: [] });

/** The Commit of a lease. */
export function commitMessage(lease: Lease): Message {
  const { leaseId, epoch, ttlMs, maxDurationMs } = lease;
  return { kind: 'commit', value: { leaseId, epoch, ttlMs, maxDurationMs } };
}

/** The Stop of a lease that is stopping. */
export function stopMessage(lease: Lease, request: StopRecord): Message {
  const { leaseId, epoch } = lease;
  return { kind: 'stop', value: { leaseId, epoch, ...request, reason: toldReason(request.reason) } };
}

function accepted(lease: Lease, now: number): Decision {
  if (lease.state === 'committed') return { next: lease, send: [commitMessage(lease)] };
  if (lease.state !== 'offered' || now > acceptBy(lease)) return same(lease);
  const next: Lease = { ...lease, state: 'committed', phase: 'committed', renewedAt: now };
  return { next, send: [commitMessage(next)] };
}

/** Before the Commit a node may refuse for any reason; after it, only to say that it no longer held the offer. */
function rejected(lease: Lease, code: string, message: string, wall: number): Decision {
  const open =
    lease.state === 'offered' ||
    (lease.state === 'committed' && isUntouched(lease) && code === 'stale_epoch');
  return open ? finish(lease, madeHere('rejected', wall, { errorCode: code, message })) : same(lease);
}

/** Whether no event has confirmed that the Commit arrived. */
function isUntouched(lease: Lease): boolean {
  return lease.phase === 'accepted' || lease.phase === 'committed';
}

function reported(lease: Lease, phase: Phase, detail: string, now: number): Decision {
  if (lease.state === 'offered') return same(lease);
  const told: Lease = { ...lease, phase, detail };
  if (phase === 'running' && lease.state === 'committed')
    return { next: { ...told, state: 'running', runningAt: now }, send: [] };
  return { next: told, send: [] };
}

function stop(lease: Lease, request: StopRecord, now: number, wall: number): Decision {
  if (lease.state === 'stopping') return same(lease);
  const send = [stopMessage(lease, request)];
  if (lease.state === 'offered')
    // Nothing runs before the Commit, and none will be sent: the end needs no answer.
    return { next: { ...finish(lease, endOfOffer(request, wall)).next, stop: request }, send };
  return { next: { ...lease, state: 'stopping', stop: request, stoppingAt: now }, send };
}

/** A cancelled job ends; all other reasons take back the cards, and the job, which never ran, waits for others. */
function endOfOffer({ reason, message }: StopRecord, wall: number): EndRecord {
  if (reason === 'cancelled') return madeHere('cancelled', wall, { message });
  return madeHere('offer_expired', wall, { message: `the offer was withdrawn (${reason}): ${message}` });
}

function notHeld(lease: Lease, wall: number): Decision {
  if (lease.state === 'offered') return same(lease);
  if (lease.state === 'committed' && isUntouched(lease)) {
    // A node journals the Commit before anything runs: it died before that, and nothing ever ran.
    const how = { errorCode: 'stale_epoch', message: 'the node forgot the offer before the Commit came' };
    return finish(lease, madeHere('rejected', wall, how));
  }
  const reason = lease.stop?.reason ?? 'engine_lost';
  return finish(lease, madeHere(reason, wall, { message: 'the node no longer holds this lease' }));
}

function tick(lease: Lease, now: number, wall: number): Decision {
  if (now < deadline(lease)) return same(lease);
  if (lease.state === 'offered')
    return finish(lease, madeHere('offer_expired', wall, { message: 'the node did not answer the offer' }));
  if (isLost(lease, now))
    return finish(
      lease,
      madeHere('node_lost', wall, { message: `nothing was heard of the lease on ${lease.nodeName}` }),
    );
  const message = 'the node let the time limit pass';
  return stop(lease, { reason: 'deadline', message, graceMs: lease.graceMs }, now, wall);
}

/** An end record that the agent had no part in: nothing is known of exit code or output. */
export function madeHere(
  reason: EndReason,
  wall: number,
  how: { errorCode?: string; message: string },
): EndRecord {
  return {
    reason,
    exitCode: null,
    errorCode: how.errorCode ?? '',
    message: how.message.slice(0, 4096),
    endedUnixMs: wall,
    stdoutBytes: 0,
    stderrBytes: 0,
    stdoutSha256: '',
    stderrSha256: '',
    timeline: [],
  };
}

/** The node's end record with the reason that we asked for, where it knows only the word that it was told. */
function asAsked({ stop }: Lease, end: EndRecord): EndRecord {
  if (!stop || end.reason === stop.reason || end.reason !== toldReason(stop.reason)) return end;
  return { ...end, reason: stop.reason, message: stop.message };
}

function finish(lease: Lease, end: EndRecord): Decision {
  return { next: { ...lease, state: 'ended', phase: 'ended', detail: '', end }, send: [] };
}

/** A live lease at the scheduler's start: whatever was left of its time, it gets the full time once more. */
export function restore(lease: Lease, now: number): Lease {
  return {
    ...lease,
    offeredAt: now,
    renewedAt: now,
    runningAt: lease.state === 'running' ? now : undefined,
    stoppingAt: lease.state === 'stopping' ? now : undefined,
  };
}
