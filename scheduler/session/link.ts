/** One agent's connection as the server holds it (edge: its socket): what goes out, and no more than the peer reads. */
import { encodeFrame } from '../../proto/frame.ts';
import type { Message } from '../../proto/messages.ts';
import type { ConnectionId } from '../records.ts';
import type { InOrder } from './in-order.ts';
import type { Session } from './session.ts';
import type { AgentSocket } from './socket.ts';

/** Waiting for a peer that does not read: beyond this it is cut off. */
const maxBufferedBytes = 4 * 1024 * 1024;

/** A connection. */
export class Link {
  readonly id: ConnectionId;
  readonly socket: AgentSocket;
  session: Session;
  line: InOrder | undefined;
  /** Highest sequence number that is durable here. */
  ack = 0;
  /** The agent has not been told `ack` yet. */
  isAckDue = false;

  constructor(id: ConnectionId, socket: AgentSocket, session: Session) {
    this.id = id;
    this.socket = socket;
    this.session = session;
  }

  /** Sends a message (or a bare acknowledgement); false when too much waits for the peer to read it. */
  send(message: Message | undefined): boolean {
    if (this.socket.bufferedAmount > maxBufferedBytes) return false;
    this.isAckDue = false;
    this.socket.send(encodeFrame({ seq: 0, ack: this.ack, ...(message ? { message } : {}) }));
    return true;
  }
}
