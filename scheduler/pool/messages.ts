/** What a node's messages do to the pool. Those of an older session, of another epoch or of nothing we know change
 * nothing; state-bearing ones are counted all the same, so that they leave the node's outbox. */
import type { LeaseKey } from '../../proto/lease.ts';
import type { Message, Usage } from '../../proto/messages.ts';
import type { Node } from '../fleet/node.ts';
import type { Moment } from '../ports.ts';
import type { Command, Turn } from './commands.ts';
import { acceptMember } from './gangs.ts';
import { applyToLease, applyUsage, endRecord, findLease, type ProvenUsage, sendTo } from './leases.ts';
import { compareHeld, putInventory } from './nodes.ts';
import type { PoolState } from './state.ts';

type MessageCommand = Extract<Command, { kind: 'message' }>;

/** Applies one message of the current session of `node`. */
export function receive(state: PoolState, turn: Turn, node: Node, command: MessageCommand, at: Moment): void {
  // The session has seen to it that nothing is left out in between: log chunks are counted by `received`.
  if (command.seq !== 0 && command.seq <= node.record.receivedSeq) return;
  applyMessage(state, turn, node, command, at);
  if (command.seq !== 0) countReceived(turn, node, command.connection, command.seq);
}

/** Notes that everything up to `seq` is taken; the acknowledgement follows the write. */
export function countReceived(turn: Turn, node: Node, connection: number, seq: number): void {
  if (seq <= node.record.receivedSeq) return;
  node.record = { ...node.record, receivedSeq: seq };
  turn.writes.push({ kind: 'received', nodeId: node.record.id, seq });
  turn.effects.push({ kind: 'ack', connection, seq });
}

function applyMessage(state: PoolState, turn: Turn, node: Node, command: MessageCommand, at: Moment): void {
  const { message } = command;
  switch (message.kind) {
    case 'heldLeases':
      compareHeld(state, turn, node, message.value, at);
      return;
    case 'inventory':
      putInventory(state, node, message.value, at.now);
      return;
    case 'accept':
    case 'reject':
      answerOffer(state, turn, node, message, at);
      return;
    case 'leaseEvent': {
      turn.lazy = true;
      const lease = findLease(state, node, message.value);
      const { phase, detail } = message.value;
      if (lease) applyToLease(state, turn, lease, { kind: 'phase', phase, detail }, at);
      return;
    }
    case 'usage': {
      turn.lazy = true;
      const lease = findLease(state, node, message.value);
      if (lease && lease.state !== 'offered')
        applyUsage(state, turn, lease, proven(message.value, command), at);
      else if (!lease) billForgotten(state, turn, node, message.value, command, at);
      return;
    }
    case 'leaseEnd':
      endLease(state, turn, node, message.value, command, at);
      return;
    default:
      // Other kinds are answered by the session or do not come from agents; a newer agent may think otherwise.
      return;
  }
}

const keyOf = ({ leaseId, epoch }: LeaseKey): LeaseKey => ({ leaseId, epoch });

function answerOffer(
  state: PoolState,
  turn: Turn,
  node: Node,
  message: Extract<Message, { kind: 'accept' | 'reject' }>,
  at: Moment,
): void {
  const lease = findLease(state, node, message.value);
  if (message.kind === 'reject') {
    const { code, message: why } = message.value;
    if (lease) applyToLease(state, turn, lease, { kind: 'rejected', code, message: why }, at);
    return;
  }
  if (!lease || lease.state === 'ended') {
    // Too late, or an offer that the network kept: the node need not hold anything for it.
    const stop = { reason: 'lease_lost', message: 'the offer is void', graceMs: 0 } as const;
    sendTo(turn, node, { kind: 'stop', value: { ...keyOf(message.value), ...stop } });
    return;
  }
  node.refusals = 0;
  const { gang } = state.jobs.get(lease.jobId) ?? {};
  for (const one of gang ? acceptMember(state, gang, lease, at.now) : [lease])
    applyToLease(state, turn, one, { kind: 'accepted' }, at);
}

function proven(usage: Usage, { proof = 'unsigned' }: MessageCommand): ProvenUsage {
  return { usage, proof };
}

/** A lease of which only its usage still matters: its job ended long ago, and memory has forgotten both. */
function billForgotten(
  state: PoolState,
  turn: Turn,
  node: Node,
  usage: Usage,
  command: MessageCommand,
  at: Moment,
): void {
  const { older } = command;
  if (older?.leaseId !== usage.leaseId || state.leases.has(older.leaseId)) return;
  if (older.epoch === usage.epoch && older.nodeId === node.record.id && older.state !== 'offered')
    applyUsage(state, turn, older, proven(usage, command), at);
}

/** The end record. Usage counts even when we gave the lease up before it came: the cards were in use. */
function endLease(
  state: PoolState,
  turn: Turn,
  node: Node,
  end: Extract<Message, { kind: 'leaseEnd' }>['value'],
  command: MessageCommand,
  at: Moment,
): void {
  const lease = findLease(state, node, end);
  if (!lease) billForgotten(state, turn, node, end.usage, command, at);
  const job = lease && state.jobs.get(lease.jobId);
  if (!lease || !job || lease.state === 'offered') return;
  applyUsage(state, turn, lease, proven(end.usage, command), at);
  if (lease.state === 'ended') turn.effects.push({ kind: 'log_over', leaseId: lease.leaseId });
  applyToLease(
    state,
    turn,
    lease,
    { kind: 'ended', end: endRecord(lease, job.record, end, command.logFault, at.wall) },
    at,
  );
}
