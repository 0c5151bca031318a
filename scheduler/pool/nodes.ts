/** Nodes in the pool: enrolment, sessions (the newest wins), and what a session says about the node. */
import { capability } from '../../proto/capability.ts';
import { type Code, SuanlinkError } from '../../proto/codes.ts';
import type { HeldLeases, Inventory } from '../../proto/messages.ts';
import { type Node, newNode } from '../fleet/node.ts';
import { Telemetry } from '../fleet/telemetry.ts';
import { commitMessage, stopMessage } from '../lease/machine.ts';
import type { Moment } from '../ports.ts';
import type { ConnectionId, NodeRecord } from '../records.ts';
import type { Command, Turn } from './commands.ts';
import { applyToLease, sendTo } from './leases.ts';
import { lookSoon } from './granting.ts';
import { gangEnv } from './gangs.ts';
import { offerMessage } from './offer.ts';
import { type PoolState, refreshNode } from './state.ts';

type Of<Kind extends Command['kind']> = Extract<Command, { kind: Kind }>;

function refuse(turn: Turn, connection: ConnectionId, code: Code, message: string): void {
  turn.effects.push({ kind: 'refuse', connection, code, message });
}

/** Trades a join token for an identity. The token is used up in the same batch of writes; the same key asking again (its
 * answer was lost) gets the same identity. */
export function enrol(state: PoolState, turn: Turn, command: Of<'enrol'>, at: Moment): void {
  const { connection, tokenId, nodeId, nodeName, publicKey } = command;
  const token = state.tokens.get(tokenId);
  if (!token) throw new SuanlinkError('unauthenticated', 'this join token is not known');
  if (token.usedBy !== '') {
    const first = state.nodes.get(token.usedBy);
    if (first && Buffer.compare(first.record.publicKey, publicKey) === 0)
      answerEnrolled(turn, connection, first.record);
    else
      refuse(
        turn,
        connection,
        'join_token_used',
        'this join token has already enrolled a node; make a new one',
      );
    return;
  }
  const record: NodeRecord = {
    id: nodeId,
    org: token.org,
    name: nodeName,
    publicKey,
    sessionEpoch: 0,
    receivedSeq: 0,
    enrolledUnixMs: at.wall,
  };
  const used = { ...token, usedBy: nodeId };
  state.tokens.set(tokenId, used);
  state.nodes.set(nodeId, newNode(record));
  turn.writes.push({ kind: 'node', row: record }, { kind: 'token', row: used });
  answerEnrolled(turn, connection, record);
}

function answerEnrolled(turn: Turn, connection: ConnectionId, { id, org }: NodeRecord): void {
  const message = { kind: 'enrolled', value: { nodeId: id, org } } as const;
  turn.effects.push({ kind: 'send', connection, message }, { kind: 'hang_up', connection });
}

/** Opens a session: a new epoch, the older session is told and closed, the agent is welcomed once that is durable. The newest
 * connection has it: a greeting that was on its way for long on one that its agent has given up must not end the session
 * that came after. */
export function connect(state: PoolState, turn: Turn, command: Of<'connect'>, at: Moment): void {
  const node = state.nodes.get(command.nodeId);
  if (!node) throw new SuanlinkError('unauthenticated', 'this node is not enrolled here');
  const { connection, agentVersion, bootId, nodeName } = command;
  if (node.session) {
    const older = Math.min(node.session.connection, connection);
    refuse(turn, older, 'session_superseded', 'a newer session of this node has taken over');
    if (older === connection && node.session.connection !== connection) return;
  }
  const epoch = node.record.sessionEpoch + 1;
  node.record = { ...node.record, sessionEpoch: epoch, name: nodeName || node.record.name };
  node.session = { connection, epoch, agentVersion, bootId, sinceUnixMs: at.wall, compared: false };
  node.lastSeenAt = at.now;
  node.restUntil = 0;
  node.refusals = 0;
  refreshNode(state, node, at.now, false);
  state.timers.push({ at: at.now + 3 * state.options.heartbeatMs, kind: 'greeting', node, connection });
  const { id: nodeId, name, receivedSeq } = node.record;
  turn.writes.push({ kind: 'session', nodeId, name, sessionEpoch: epoch });
  const welcome = {
    sessionEpoch: epoch,
    capability: Math.min(capability, command.capability),
    heartbeatMs: state.options.heartbeatMs,
    receivedSeq,
  };
  turn.effects.push({ kind: 'send', connection, message: { kind: 'welcome', value: welcome } });
}

/** Whether a session has not said what it holds, or what its node offers. */
export function isMute(node: Node, connection: ConnectionId): boolean {
  const { session, inventory } = node;
  return session?.connection === connection && (!session.compared || inventory === undefined);
}

/** Ends a session that has not said what it must in time: a new one begins with it again. */
export function endMute(turn: Turn, connection: ConnectionId): void {
  refuse(turn, connection, 'deadline_exceeded', 'what this node holds and offers did not come in time');
}

/** The session is gone (false: an older one, which nobody misses). Its leases go on until their time runs out. */
export function disconnect(state: PoolState, node: Node, connection: ConnectionId, now: number): boolean {
  if (node.session?.connection !== connection) return false;
  node.session = undefined;
  refreshNode(state, node, now, false);
  return true;
}

/** Keeps the totals of all inventories. */
function count({ totals }: PoolState, inventory: Inventory | undefined, sign: 1 | -1): void {
  if (!inventory) return;
  totals.cards += sign * inventory.accelerators.filter(({ offered }) => offered).length;
  totals.cpuMilli += sign * inventory.host.cpuMilli;
  totals.memoryBytes += sign * inventory.host.memoryBytes;
}

/** What the node can give. */
export function putInventory(state: PoolState, node: Node, inventory: Inventory, now: number): void {
  const sameCards =
    node.inventory?.generation === inventory.generation &&
    node.inventory.accelerators.length === inventory.accelerators.length;
  // Telemetry is by position: another list of cards makes old samples mean something else.
  if (!sameCards) node.telemetry = new Telemetry();
  count(state, node.inventory, -1);
  count(state, inventory, 1);
  node.inventory = inventory;
  node.inventoryAt = now;
  refreshNode(state, node, now, true);
}

/**
 * Compares what the node holds with what it should hold, right after its Welcome. A lease that it does not hold has
 * ended; to all others it is told again what it may have missed. Leases that it holds and we do not know are answered at
 * their next Renew.
 */
export function compareHeld(state: PoolState, turn: Turn, node: Node, held: HeldLeases, at: Moment): void {
  if (node.session?.compared !== false) return;
  const phases = new Map(held.leases.map((lease) => [`${lease.leaseId} ${lease.epoch}`, lease.phase]));
  for (const lease of [...node.live.values()]) {
    const phase = phases.get(`${lease.leaseId} ${lease.epoch}`);
    if (lease.state === 'offered') {
      const job = state.jobs.get(lease.jobId);
      if (job) sendTo(turn, node, offerMessage(lease, job.record, at.now, gangEnv(state, job)));
    } else if (phase === undefined) {
      applyToLease(state, turn, lease, { kind: 'not_held' }, at);
    } else {
      if (phase === 'accepted') sendTo(turn, node, commitMessage(lease));
      if (lease.state === 'stopping' && lease.stop) sendTo(turn, node, stopMessage(lease, lease.stop));
      if (phase !== 'accepted' && phase !== 'ended')
        applyToLease(state, turn, lease, { kind: 'phase', phase, detail: lease.detail }, at);
    }
  }
  node.session.compared = true;
  refreshNode(state, node, at.now, true);
  if (state.brake) lookSoon(state, at.now);
}
