/**
 * The scheduler's authoritative state and the only thing that changes it: `apply(command, moment) → turn`.
 *
 * HOW IT WORKS. The whole state is in memory (`pool/state.ts`); the store is its journal. `apply` changes memory at once
 * and returns the rows to write and the effects that may be released when those rows are durable. It reads no clock,
 * draws no random number and touches no socket or file: the same commands with the same moments give the same turns.
 *
 * GROUND RULES
 * - No accelerator is in two live leases (capacity is computed from inventory minus live leases).
 * - Every accepted job ends exactly once; every lease ends exactly once.
 * - What another epoch, an older session or an unknown lease says changes nothing.
 * - A command that is refused throws `SuanlinkError` and has changed nothing.
 *
 * What happens on a crash: `createPool` builds the state from the store's snapshot. What was in memory but not durable
 * was promised to nobody.
 */
import { assertNever, SuanlinkError } from '../proto/codes.ts';
import type { JobId, NodeId } from '../proto/ids.ts';
import { type LeaseKey, toldReason } from '../proto/lease.ts';
import type { Heartbeat, Renew, Renewal, Renewed } from '../proto/messages.ts';
import type { Node } from './fleet/node.ts';
import type { Lease } from './lease/lease.ts';
import { deadline, step } from './lease/machine.ts';
import { type Command, newTurn, type Turn } from './pool/commands.ts';
import { look, lookSoon, pause, resume, spare } from './pool/granting.ts';
import { place } from './pool/grants.ts';
import { cancelQueued, enqueue, submit } from './pool/jobs.ts';
import { lookForIdle } from './pool/idle.ts';
import { applyToLease, findLease, removeLogs } from './pool/leases.ts';
import { restoreState } from './pool/load.ts';
import { countReceived, receive } from './pool/messages.ts';
import { connect, disconnect, endMute, enrol, isMute } from './pool/nodes.ts';
import { applySetting } from './pool/settings.ts';
import {
  type Job,
  type PoolOptions,
  type PoolState,
  putLease,
  refreshNode,
  type Timer,
} from './pool/state.ts';
import type { Moment } from './ports.ts';
import { lookEveryMs } from './queue/idle.ts';
import type { ConnectionId } from './records.ts';
import type { Snapshot } from './store/store.ts';

/** The state and what may be done with it. */
export interface Pool {
  /** For views; nobody else changes it. */
  readonly state: PoolState;
  apply(command: Command, at: Moment): Turn;
  /** When `tick` is next wanted (monotonic ms); Infinity for never. */
  nextDeadline(): number;
  /** Answers a Renew at once: renewals live in memory alone. Undefined for an older session. */
  renew(nodeId: NodeId, connection: ConnectionId, renew: Renew, now: number): Renewed | undefined;
  heartbeat(nodeId: NodeId, connection: ConnectionId, heartbeat: Heartbeat): void;
  /** Something was heard from the node. */
  seen(nodeId: NodeId, now: number): void;
  /** How mass loss is told and access is shared from now on. */
  configure(changed: Pick<PoolOptions, 'massLoss' | 'fair'>): void;
  /** The lease whose log bytes from this node are to be kept; undefined when they are not. */
  logOf(nodeId: NodeId, key: LeaseKey): Lease | undefined;
}

function requireJob(state: PoolState, id: JobId): Job {
  const job = state.jobs.get(id);
  if (!job) throw new SuanlinkError('not_found', `there is no job ${id}`);
  return job;
}

function stop(state: PoolState, turn: Turn, command: Extract<Command, { kind: 'stop' }>, at: Moment): void {
  const { jobId, reason } = command;
  const job = requireJob(state, jobId);
  turn.jobId = jobId;
  // A gang is cancelled as a whole; what is taken from one of its jobs comes to the others by itself.
  const members = reason === 'cancelled' ? (job.gang ?? [job]) : [job];
  for (const member of members) stopJob(state, turn, member, command, at);
}

function stopJob(
  state: PoolState,
  turn: Turn,
  job: Job,
  { reason, message, noticeMs }: Extract<Command, { kind: 'stop' }>,
  at: Moment,
): void {
  const jobId = job.record.id;
  if (job.state === 'queued' && reason === 'cancelled') cancelQueued(state, turn, job, message, at);
  const lease = job.leaseId === undefined ? undefined : state.leases.get(job.leaseId);
  if (job.state !== 'leased' || !lease) return;
  if (reason === 'cancelled' && job.record.cancelled === null) {
    // The lease may be stopping for another reason already, and what ends for that would be tried again.
    job.record = { ...job.record, cancelled: message };
    turn.writes.push({ kind: 'job_cancelled', jobId, message });
  }
  const graceMs = Math.max(job.record.spec.grace_ms, noticeMs);
  applyToLease(state, turn, lease, { kind: 'stop', stop: { reason, message, graceMs } }, at);
}

/** Whether a timer still means something. */
function isDue(state: PoolState, timer: Timer): boolean {
  switch (timer.kind) {
    case 'lease': {
      const lease = state.leases.get(timer.leaseId);
      return lease !== undefined && lease.state !== 'ended';
    }
    case 'job':
      return timer.job.state === 'queued' && !state.queue.has(timer.job);
    case 'node':
      return true;
    case 'look':
      return timer.at === state.lookAt;
    case 'idle':
      return true;
    case 'greeting':
      return isMute(timer.node, timer.connection);
    default:
      return assertNever(timer);
  }
}

function runTimer(state: PoolState, turn: Turn, timer: Timer, at: Moment): void {
  switch (timer.kind) {
    case 'lease': {
      const lease = state.leases.get(timer.leaseId);
      if (!lease || spare(state, turn, lease, at)) return;
      // Renewals move a lease's deadline without touching the heap; the entry is put back where it belongs now.
      const next = applyToLease(state, turn, lease, { kind: 'tick' }, at);
      if (next.state !== 'ended') state.timers.push({ ...timer, at: Math.max(deadline(next), at.now + 1) });
      return;
    }
    case 'job':
      enqueue(state, timer.job);
      return;
    case 'look':
      look(state, turn, at);
      return;
    case 'idle':
      return lookForIdle(state, turn, at);
    case 'greeting':
      return endMute(turn, timer.connection);
    case 'node':
      if (timer.node.restUntil <= at.now) refreshNode(state, timer.node, at.now, true);
      return;
    default:
      assertNever(timer);
  }
}

function tick(state: PoolState, turn: Turn, at: Moment): void {
  for (let timer = state.timers.peek(); timer && timer.at <= at.now; timer = state.timers.peek()) {
    state.timers.pop();
    if (isDue(state, timer)) runTimer(state, turn, timer, at);
  }
}

/** The node, when `connection` is its current session. */
function current(state: PoolState, nodeId: NodeId, connection: ConnectionId): Node | undefined {
  const node = state.nodes.get(nodeId);
  return node?.session?.connection === connection ? node : undefined;
}

function applyCommand(state: PoolState, turn: Turn, command: Command, at: Moment): void {
  switch (command.kind) {
    case 'submit':
      return submit(state, turn, command, at);
    case 'stop':
      return stop(state, turn, command, at);
    case 'put_token':
      state.tokens.set(command.record.id, command.record);
      turn.writes.push({ kind: 'token', row: command.record });
      return;
    case 'revoke_token': {
      const token = state.tokens.get(command.id);
      if (!token) throw new SuanlinkError('not_found', `there is no token ${command.id}`);
      const row = { ...token, revoked: true };
      state.tokens.set(row.id, row);
      turn.writes.push({ kind: 'token', row });
      return;
    }
    case 'enrol':
      return enrol(state, turn, command, at);
    case 'connect':
      return connect(state, turn, command, at);
    case 'disconnect': {
      const node = state.nodes.get(command.nodeId);
      if (node && disconnect(state, node, command.connection, at.now)) lookSoon(state, at.now);
      return;
    }
    case 'message': {
      const node = current(state, command.nodeId, command.connection);
      if (node) receive(state, turn, node, command, at);
      return;
    }
    case 'received': {
      const node = current(state, command.nodeId, command.connection);
      turn.lazy = true;
      if (node) countReceived(turn, node, command.connection, command.seq);
      return;
    }
    case 'pause_granting':
      return pause(state, turn, { by: command.by, message: command.message, sinceUnixMs: at.wall });
    case 'resume_granting':
      return resume(state, turn, command.by, at);
    case 'remove_logs':
      return removeLogs(state, turn, command.leases, at.wall);
    case 'set':
    case 'reserve':
    case 'end_hold':
    case 'drain':
      return applySetting(state, turn, command, at);
    case 'tick':
      return tick(state, turn, at);
    default:
      assertNever(command);
  }
}

function renewOne(state: PoolState, node: Node, key: LeaseKey, now: number): Renewal {
  const { leaseId, epoch } = key;
  const lease: Lease | undefined = findLease(state, node, key);
  if (!lease || lease.state === 'ended' || lease.state === 'offered')
    return { leaseId, epoch, verdict: 'unknown', ttlMs: 0, stopReason: '', graceMs: 0 };
  const { next } = step(lease, { kind: 'renewed' }, now, 0);
  putLease(state, next);
  return next.stop
    ? {
        leaseId,
        epoch,
        verdict: 'stop',
        ttlMs: 0,
        stopReason: toldReason(next.stop.reason),
        graceMs: next.stop.graceMs,
      }
    : { leaseId, epoch, verdict: 'keep', ttlMs: next.ttlMs, stopReason: '', graceMs: 0 };
}

/** The pool as `snapshot` left it; every live lease gets its full time from `now` on. `wall`: the same moment. */
export function createPool(snapshot: Snapshot, options: PoolOptions, now: number, wall: number): Pool {
  const state = restoreState(snapshot, options, now, wall);
  return {
    state,
    apply(command, at) {
      const turn = newTurn();
      applyCommand(state, turn, command, at);
      place(state, turn, at);
      if (turn.writes.some((write) => write.kind === 'lease' || write.kind === 'job_end')) turn.lazy = false;
      return turn;
    },
    nextDeadline() {
      for (let timer = state.timers.peek(); timer; timer = state.timers.peek()) {
        if (isDue(state, timer)) return timer.at;
        state.timers.pop();
      }
      return Number.POSITIVE_INFINITY;
    },
    renew(nodeId, connection, { request, leases }, now) {
      const node = current(state, nodeId, connection);
      return node && { request, renewals: leases.map((key) => renewOne(state, node, key, now)) };
    },
    heartbeat(nodeId, connection, heartbeat) {
      const node = current(state, nodeId, connection);
      if (!node?.inventory) return;
      node.telemetry.take(heartbeat, {
        cards: node.inventory.accelerators.length,
        // It has just been heard.
        now: node.lastSeenAt ?? state.startedAt,
        busyPct: state.options.fair.idle.belowPct,
      });
    },
    seen(nodeId, now) {
      const node = state.nodes.get(nodeId);
      if (node) node.lastSeenAt = now;
    },
    configure({ massLoss, fair }) {
      // A look that was never to come is not waited for any longer.
      if (lookEveryMs(state.options.fair.idle) === Number.POSITIVE_INFINITY) state.isLookingForIdle = false;
      state.options = { ...state.options, massLoss, fair };
    },
    logOf(nodeId, key) {
      const node = state.nodes.get(nodeId);
      const lease = node && findLease(state, node, key);
      return lease?.state === 'offered' || lease?.logRemovedUnixMs !== null ? undefined : lease;
    },
  };
}
