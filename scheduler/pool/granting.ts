/**
 * Whether leases are granted at all. Two things stop it: an operator's pause, which is in the store, and the mass-loss
 * brake, which is not: when many nodes vanish at once it is probably our own network, so nothing is granted and no lease
 * is ended as `node_lost`, until enough are back, an operator says so, or the hold is over.
 *
 * INVARIANT: while the brake is on no lease is granted and none ends as `node_lost`. Every lease that was due meanwhile
 * is in `spared`, and gets a full ttl + margin from the release on.
 */
import {
  contactOf,
  type Contact,
  isMassLoss,
  type Loss,
  missingAfter,
  newestLoss,
} from '../fleet/mass-loss.ts';
import type { Lease } from '../lease/lease.ts';
import { deadline, isLost, step } from '../lease/machine.ts';
import type { Moment } from '../ports.ts';
import type { PauseRecord } from '../records.ts';
import type { Turn } from './commands.ts';
import { type Brake, type PoolState, putLease, refreshNode } from './state.ts';

/** Whether leases are granted now. */
export function isGranting({ pause, brake }: PoolState): boolean {
  return pause === null && brake === undefined;
}

function contacts(state: PoolState, now: number): Contact[] {
  const rules = { heartbeatMs: state.options.heartbeatMs, startedAt: state.startedAt };
  const found: Contact[] = [];
  for (const node of state.nodes.values()) {
    const contact = contactOf(node, now, rules);
    if (contact) found.push(contact);
  }
  return found;
}

/** How old a look at all nodes may be, in ms: thousands may come and go together. */
const freshMs = 100;

/** Has all nodes looked at soon: one has gone, or is back. */
export function lookSoon(state: PoolState, now: number): void {
  lookAt(state, now + freshMs);
}

function lookAt(state: PoolState, at: number): void {
  if (state.lookAt <= at) return;
  state.lookAt = at;
  state.timers.push({ at, kind: 'look' });
}

/** Pulls the brake when many nodes have vanished together, lets go of it when it is no longer needed. */
export function look(state: PoolState, turn: Turn, at: Moment): void {
  state.lookAt = Number.POSITIVE_INFINITY;
  if (state.brake) checkBrake(state, turn, state.brake, at);
  else checkLoss(state, turn, at);
  if (state.brake)
    lookAt(state, Math.max(at.now + 1, Math.min(at.now + state.options.heartbeatMs, state.brake.until)));
}

function checkLoss(state: PoolState, turn: Turn, at: Moment): void {
  const { times, massLoss } = state.options;
  const loss = newestLoss(contacts(state, at.now), times.ttlMs, state.lookedAtUntil);
  state.checkedAt = at.now;
  if (!isMassLoss(loss, massLoss)) return;
  state.brake = { ...loss, sinceUnixMs: at.wall, until: at.now + massLoss.holdMs };
  turn.effects.push({ kind: 'alert', event: 'mass_loss', fields: fieldsOf(loss) });
}

const fieldsOf = ({ missing, known }: Loss) => ({ nodes_missing: missing, nodes_known: known });

function checkBrake(state: PoolState, turn: Turn, brake: Brake, at: Moment): void {
  const loss = missingAfter(contacts(state, at.now), brake.after);
  if (!isMassLoss(loss, state.options.massLoss)) release(state, turn, 'enough nodes are back', at);
  else if (at.now >= brake.until) release(state, turn, 'the nodes have been missing for too long', at);
  else state.brake = { ...brake, ...loss };
}

/** Keeps a lease from ending as `node_lost` while the brake is on; true when it was kept. */
export function spare(state: PoolState, turn: Turn, lease: Lease, at: Moment): boolean {
  if (!isLost(lease, at.now)) return false;
  if (!state.brake && at.now - state.checkedAt >= freshMs) look(state, turn, at);
  if (!state.brake) return false;
  state.spared.add(lease.leaseId);
  return true;
}

function release(state: PoolState, turn: Turn, why: string, at: Moment): void {
  const { brake } = state;
  if (!brake) return;
  state.brake = undefined;
  state.lookedAtUntil = at.now;
  for (const node of state.nodes.values()) {
    if (node.session?.compared) continue;
    // Those that are on their way back get the time that a restart of ours would give them.
    for (const lease of [...node.live.values()])
      putLease(state, step(lease, { kind: 'spared' }, at.now, at.wall).next);
  }
  for (const leaseId of state.spared) {
    const lease = state.leases.get(leaseId);
    if (!lease || lease.state === 'ended') continue;
    const { next } = step(lease, { kind: 'spared' }, at.now, at.wall);
    putLease(state, next);
    state.timers.push({ at: deadline(next), kind: 'lease', leaseId });
  }
  state.spared.clear();
  turn.effects.push({ kind: 'alert', event: 'mass_loss_over', fields: { reason: why, ...fieldsOf(brake) } });
  takeUp(state, at.now);
}

/** An operator stops granting; the first pause stands. */
export function pause(state: PoolState, turn: Turn, record: PauseRecord): void {
  if (state.pause) return;
  state.pause = record;
  turn.writes.push({ kind: 'pause', row: record });
  const { by, message } = record;
  turn.effects.push({ kind: 'alert', event: 'granting_paused', fields: { by, reason: message } });
}

/** An operator lets granting go on, whatever stopped it. */
export function resume(state: PoolState, turn: Turn, by: string, at: Moment): void {
  if (state.pause) {
    state.pause = null;
    turn.writes.push({ kind: 'pause', row: null });
    turn.effects.push({ kind: 'alert', event: 'granting_resumed', fields: { by } });
    takeUp(state, at.now);
  }
  release(state, turn, `${by} lets granting go on`, at);
}

/** Everything that waits is looked at once more. */
function takeUp(state: PoolState, now: number): void {
  if (!isGranting(state)) return;
  for (const node of state.nodes.values()) refreshNode(state, node, now, true);
  for (const shape of state.queue.shapes()) {
    shape.blocked = false;
    state.fresh.add(shape);
  }
}
