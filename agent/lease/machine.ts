/**
 * One lease on the node as a pure machine: `(lease, event, now) → { next, send }`. It decides what is true and what the
 * scheduler must hear; it never acts. `driver.ts` persists `next` and `send` together, then sends, and only then does
 * the runtime loop act on the new state.
 *
 * INVARIANTS
 * - No container exists for a lease that is not committed (`plan.ts` makes none in state `accepted`).
 * - The first stop reason stands; the end record is made once.
 * - Time that a lease has left never grows but by a renewal that the scheduler granted, counted from before the request.
 * - An event that does not fit the state changes nothing (a late renewal of an ended lease, an exit seen twice).
 *
 * What happens on a crash: the journal has the last `next`. A lease found `accepted` runs out by itself; one found
 * `starting` or `running` is compared with the engine's listing by `plan.ts`. After a reboot (another boot id) times
 * mean nothing and a lease counts as run out.
 */
import { assertNever, type Code } from '../../proto/codes.ts';
import type { EndReason, Phase, StopReason } from '../../proto/lease.ts';
import type { LeaseEnd, Message, Offer, Usage } from '../../proto/messages.ts';
import type { InsideFound, Lease } from './lease.ts';

/** What the container's life left behind, gathered by the runtime loop at its end. */
export interface Exit {
  exitCode: number;
  oomKilled: boolean;
  runMs: number;
  cpuMs: number;
  cpuExact: boolean;
  memoryPeakBytes: number;
  output: Output;
}

/** Totals of a container's output. */
export interface Output {
  stdoutBytes: number;
  stderrBytes: number;
  /** Over what was not left out. */
  stdoutSha256: Uint8Array;
  stderrSha256: Uint8Array;
  /** Of the bytes, how many were left out of the log; absent: none. */
  stdoutDroppedBytes?: number;
  stderrDroppedBytes?: number;
}

/** Everything that can happen to a lease. */
export type LeaseEventIn =
  | { kind: 'committed'; ttlMs: number; maxDurationMs: number; sentAt: number }
  | { kind: 'renewed'; ttlMs: number; sentAt: number }
  | { kind: 'stop'; reason: StopReason; message: string; graceMs: number }
  | { kind: 'phase'; phase: 'pulling' | 'creating' | 'starting'; detail: string }
  | { kind: 'image_missing' }
  | { kind: 'image_ready' }
  | { kind: 'created'; containerId: string }
  | { kind: 'started' }
  | { kind: 'looked_inside'; found: InsideFound; detail: string }
  | { kind: 'exited'; exit: Exit }
  | { kind: 'failed'; code: Code; message: string; output: Output; during?: 'pull' }
  | { kind: 'vanished'; output: Output; runMs: number }
  | { kind: 'tick' };

/** How much earlier than the end of its ttl a lease that cannot be renewed is stopped; also its longest grace then. */
export const marginMs = 5_000;

/** The result: the lease as it is now (`gone`: forget it) and the state-bearing messages about it, in order. */
export interface Decision {
  next: Lease | 'gone';
  send: Message[];
}

/** A lease for an offer that the book has room for. */
export function accept(offer: Offer, bootId: string, now: number): Lease {
  return {
    leaseId: offer.leaseId,
    epoch: offer.epoch,
    state: 'accepted',
    offer,
    bootId,
    offeredAt: now,
    validUntil: now + offer.validForMs,
    renewedAt: now,
    ttlMs: 0,
    maxDurationMs: 0,
    needsPull: false,
    taken: { stdout: 0, stderr: 0 },
    timeline: [{ name: 'accepted', atMs: 0 }],
  };
}

/** When the machine next wants a `tick`; Infinity when time alone changes nothing. */
export function nextTick(lease: Lease): number {
  switch (lease.state) {
    case 'accepted':
      return lease.validUntil;
    case 'starting':
      return stopBy(lease);
    case 'running':
      return Math.min(stopBy(lease), (lease.startedAt ?? 0) + lease.maxDurationMs);
    case 'stopping':
    case 'ended':
      return Number.POSITIVE_INFINITY;
    default:
      return assertNever(lease.state);
  }
}

/** When a lease that is not renewed must begin to stop. `keep_until` keeps it longer, up to its bound. */
function stopBy(lease: Lease): number {
  const { onLost, keepMs } = lease.offer.work;
  const keep = onLost === 'keep_until' ? keepMs : 0;
  return lease.renewedAt + lease.ttlMs + keep - Math.min(marginMs, lease.ttlMs / 3);
}

/** Applies one event. Pure. */
export function step(lease: Lease, event: LeaseEventIn, now: number): Decision {
  switch (event.kind) {
    case 'committed':
      return commit(lease, event, now);
    case 'renewed':
      return renew(lease, event);
    case 'stop':
      return stop(lease, event, now);
    case 'phase':
      return lease.state === 'starting' ? progress(lease, event.phase, event.detail, now) : same(lease);
    case 'image_missing':
      return lease.state === 'starting' ? { next: { ...lease, needsPull: true }, send: [] } : same(lease);
    case 'image_ready':
      return lease.state === 'starting' ? { next: { ...lease, needsPull: false }, send: [] } : same(lease);
    case 'created':
      if (lease.state === 'ended') return same(lease);
      return {
        next: { ...lease, containerId: event.containerId, timeline: mark(lease, 'created', now) },
        send: [],
      };
    case 'started':
      return started(lease, now);
    case 'looked_inside':
      return lookedInside(lease, event, now);
    case 'exited':
      return exited(lease, event.exit, now);
    case 'failed':
      return failed(lease, event, now);
    case 'vanished':
      return finish(
        lease,
        lease.stop?.reason ?? 'engine_lost',
        { message: 'the engine no longer has the container', output: event.output, runMs: event.runMs },
        now,
      );
    case 'tick':
      return tick(lease, now);
    default:
      return assertNever(event);
  }
}

const same = (lease: Lease): Decision => ({ next: lease, send: [] });

function mark(lease: Lease, name: string, now: number): Lease['timeline'] {
  if (lease.timeline.some((entry) => entry.name === name)) return lease.timeline;
  return [...lease.timeline, { name, atMs: Math.max(0, Math.round(now - lease.offeredAt)) }];
}

function told(lease: Lease, phase: Phase, detail: string, now: number): Message {
  const sinceCommitMs = Math.max(0, Math.round(now - (lease.committedAt ?? now)));
  return {
    kind: 'leaseEvent',
    value: { leaseId: lease.leaseId, epoch: lease.epoch, phase, detail, sinceCommitMs },
  };
}

function commit(
  lease: Lease,
  event: { ttlMs: number; maxDurationMs: number; sentAt: number },
  now: number,
): Decision {
  if (lease.state !== 'accepted' || now >= lease.validUntil) return same(lease);
  const { ttlMs, sentAt } = event;
  // What the owner was asked for is what is lent, whatever the Commit says; an older scheduler told nothing (0).
  const maxDurationMs = Math.min(event.maxDurationMs, lease.offer.maxDurationMs || event.maxDurationMs);
  return {
    next: {
      ...lease,
      state: 'starting',
      renewedAt: sentAt,
      ttlMs,
      maxDurationMs,
      committedAt: now,
      timeline: mark(lease, 'committed', now),
    },
    send: [],
  };
}

function renew(lease: Lease, event: { ttlMs: number; sentAt: number }): Decision {
  if (lease.state !== 'starting' && lease.state !== 'running') return same(lease);
  if (event.sentAt + event.ttlMs <= lease.renewedAt + lease.ttlMs) return same(lease);
  return { next: { ...lease, renewedAt: event.sentAt, ttlMs: event.ttlMs }, send: [] };
}

function stop(
  lease: Lease,
  event: { reason: StopReason; message: string; graceMs: number },
  now: number,
): Decision {
  if (lease.state === 'accepted') return { next: 'gone', send: [] };
  if (lease.state !== 'starting' && lease.state !== 'running') return same(lease);
  const { reason, message, graceMs } = event;
  const next: Lease = {
    ...lease,
    state: 'stopping',
    stop: { reason, message, graceMs, at: now },
    timeline: mark(lease, 'stopping', now),
  };
  return { next, send: [told(next, 'stopping', reason, now)] };
}

function progress(lease: Lease, phase: Phase, detail: string, now: number): Decision {
  const next = { ...lease, timeline: mark(lease, phase, now) };
  // Only pulling takes long enough for the scheduler to want to know; creating and starting show in the timeline.
  return { next, send: phase === 'pulling' ? [told(next, phase, detail, now)] : [] };
}

function started(lease: Lease, now: number): Decision {
  if (lease.state === 'stopping') return { next: { ...lease, startedAt: lease.startedAt ?? now }, send: [] };
  if (lease.state !== 'starting') return same(lease);
  const next: Lease = { ...lease, state: 'running', startedAt: now, timeline: mark(lease, 'running', now) };
  return { next, send: [told(next, 'running', '', now)] };
}

/** The scheduler hears only of what is not as it should be. */
function lookedInside(lease: Lease, event: { found: InsideFound; detail: string }, now: number): Decision {
  if (lease.state !== 'running') return same(lease);
  const { found, detail } = event;
  const next: Lease = { ...lease, inside: { found, detail: detail.slice(0, 1024) } };
  return { next, send: found === 'mismatch' ? [told(next, 'running', detail.slice(0, 1024), now)] : [] };
}

/** The reason of a container that ended by itself. */
function naturalReason(exit: Exit): EndReason {
  if (exit.oomKilled) return 'oom';
  if (exit.exitCode === 0) return 'completed';
  return exit.exitCode > 128 && exit.exitCode <= 128 + 64 ? 'signal' : 'exit_nonzero';
}

function exited(lease: Lease, exit: Exit, now: number): Decision {
  if (lease.state === 'accepted' || lease.state === 'ended') return same(lease);
  const own = naturalReason(exit);
  // The guard has ended it while this process could not act.
  const guarded = own === 'signal' && lease.state !== 'stopping' && now >= stopBy(lease);
  const reason = lease.stop?.reason ?? (guarded ? 'lease_lost' : own);
  const why = guarded ? 'the lease had run out while the agent could not act' : '';
  return finish(
    lease,
    reason,
    { message: lease.stop?.message ?? why, output: exit.output, runMs: exit.runMs, exit },
    now,
  );
}

function failed(lease: Lease, event: Extract<LeaseEventIn, { kind: 'failed' }>, now: number): Decision {
  if (lease.state !== 'starting' && lease.state !== 'stopping') return same(lease);
  const device = event.code === 'no_capacity' ? 'device_lost' : 'start_failed';
  const image = event.during === 'pull' || event.code.startsWith('image_');
  const natural = image ? 'image_pull' : device;
  const reason = lease.stop?.reason ?? natural;
  return finish(
    lease,
    reason,
    { message: event.message, errorCode: event.code, output: event.output, runMs: 0 },
    now,
  );
}

function finish(
  lease: Lease,
  reason: EndReason,
  how: { message: string; errorCode?: Code; output: Output; runMs: number; exit?: Exit },
  now: number,
): Decision {
  if (lease.state === 'ended' || lease.state === 'accepted') return same(lease);
  const timeline = mark(lease, 'ended', now);
  const { leaseId, epoch } = lease;
  const runMs = Math.max(0, Math.round(how.runMs));
  const usage: Usage = {
    leaseId,
    epoch,
    part: 1,
    runMs,
    cardMs: Math.floor((runMs * lease.offer.acceleratorIds.length * lease.offer.acceleratorMilli) / 1000),
    cpuMs: Math.max(0, Math.round(how.exit?.cpuMs ?? 0)),
    cpuExact: how.exit?.cpuExact ?? how.runMs === 0,
    memoryPeakBytes: how.exit?.memoryPeakBytes ?? 0,
  };
  const end: LeaseEnd = {
    leaseId,
    epoch,
    reason,
    ...(how.exit ? { exitCode: how.exit.exitCode } : {}),
    errorCode: how.errorCode ?? '',
    message: how.message.slice(0, 4096),
    ...how.output,
    timeline,
    usage,
  };
  return { next: { ...lease, state: 'ended', end, timeline }, send: [{ kind: 'leaseEnd', value: end }] };
}

function tick(lease: Lease, now: number): Decision {
  if (now < nextTick(lease)) return same(lease);
  if (lease.state === 'accepted') return { next: 'gone', send: [] };
  const lost = now >= stopBy(lease);
  const graceMs = lost ? Math.min(lease.offer.work.graceMs, marginMs) : lease.offer.work.graceMs;
  const message = lost
    ? 'the scheduler could not be reached to renew the lease'
    : 'the time limit was reached';
  return stop(lease, { reason: lost ? 'lease_lost' : 'deadline', message, graceMs }, now);
}

/** A journalled lease at the agent's start: one from another boot has run out, whatever its numbers say. */
export function restore(lease: Lease, bootId: string, now: number): Lease {
  if (lease.bootId === bootId) return lease;
  return {
    ...lease,
    bootId,
    validUntil: now,
    renewedAt: now - lease.ttlMs,
    offeredAt: now,
    ...(lease.startedAt === undefined
      ? {}
      : { startedAt: now, ranMs: lease.ranMs ?? Math.max(0, lease.renewedAt - lease.startedAt) }),
  };
}
