/**
 * One agent's connection as a pure machine: which frames belong where, and in what order state-bearing ones are taken.
 *
 *   greeting ──Hello good──▶ opening ──Welcome sent──▶ open        greeting ──Enrol good──▶ enrolling
 *   any ──refused, closed, silent──▶ closed
 *
 * INVARIANT: state-bearing messages are taken in sequence, each once: `received + 1` is taken, what is older is dropped
 * (it was taken before), a gap is an error, because the agent's outbox is in order.
 */
import { assertNever, SuanlinkError } from '../../proto/codes.ts';
import type { NodeId } from '../../proto/ids.ts';
import type { Frame, Kind, Message } from '../../proto/messages.ts';

/** Where a connection is. Times are monotonic ms. */
export type Session =
  | { stage: 'greeting'; nonce: Uint8Array; giveUpAt: number }
  | { stage: 'enrolling'; giveUpAt: number }
  | { stage: 'opening'; nodeId: NodeId; giveUpAt: number }
  | { stage: 'open'; nodeId: NodeId; received: number; deadAt: number }
  | { stage: 'closed' };

/** What is to be done with a frame. */
export type Intake =
  | { kind: 'greet'; message: Extract<Message, { kind: 'enrol' | 'hello' }> }
  /** Best effort: act on it now. */
  | { kind: 'now'; message: Message }
  /** State-bearing and next in sequence; without a message when its kind is of a newer release. */
  | { kind: 'in_order'; seq: number; message: Message | undefined }
  | { kind: 'nothing' };

/** The kinds that carry a sequence number. */
const stateBearing: ReadonlySet<Kind> = new Set<Kind>(['leaseEvent', 'leaseEnd', 'logChunk', 'usage']);
/** The best-effort kinds that an agent sends. */
const bestEffort: ReadonlySet<Kind> = new Set<Kind>([
  'heartbeat',
  'inventory',
  'accept',
  'reject',
  'renew',
  'heldLeases',
]);

function misplaced(frame: Frame, stage: string): never {
  throw new SuanlinkError(
    'protocol_error',
    `a ${frame.message?.kind ?? 'bare'} frame does not belong here (${stage})`,
  );
}

/** Takes one frame. Throws `protocol_error` for what does not belong here. Kinds of a newer release are skipped. */
export function takeFrame(session: Session, frame: Frame): { next: Session; intake: Intake } {
  const nothing = { next: session, intake: { kind: 'nothing' } } as const;
  const { message, seq } = frame;
  switch (session.stage) {
    case 'closed':
      return nothing;
    case 'greeting':
      if (message?.kind !== 'enrol' && message?.kind !== 'hello')
        return misplaced(frame, 'before the greeting');
      return { next: session, intake: { kind: 'greet', message } };
    case 'enrolling':
    case 'opening':
      return misplaced(frame, 'before the answer to the greeting');
    case 'open':
      if (seq === 0) {
        if (!message) return nothing;
        if (!bestEffort.has(message.kind)) return misplaced(frame, 'without a sequence number');
        return { next: session, intake: { kind: 'now', message } };
      }
      return takeNumbered(session, frame);
    default:
      return assertNever(session);
  }
}

function takeNumbered(
  session: Extract<Session, { stage: 'open' }>,
  frame: Frame,
): { next: Session; intake: Intake } {
  const { message, seq } = frame;
  if (seq <= session.received) return { next: session, intake: { kind: 'nothing' } };
  if (seq !== session.received + 1)
    throw new SuanlinkError(
      'protocol_error',
      `message ${seq} came where ${session.received + 1} was due: something is missing in between`,
    );
  if (message && !stateBearing.has(message.kind)) return misplaced(frame, 'with a sequence number');
  return { next: { ...session, received: seq }, intake: { kind: 'in_order', seq, message } };
}

/** When a silent connection is to be closed; Infinity for never. */
export function sessionDeadline(session: Session): number {
  switch (session.stage) {
    case 'greeting':
    case 'enrolling':
    case 'opening':
      return session.giveUpAt;
    case 'open':
      return session.deadAt;
    case 'closed':
      return Number.POSITIVE_INFINITY;
    default:
      return assertNever(session);
  }
}
