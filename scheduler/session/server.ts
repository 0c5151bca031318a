/**
 * Agents' connections (edge): frames in, frames out, timeouts. What a frame means is decided by `session.ts`,
 * `handshake.ts` and, behind the ports, the pool.
 *
 * GROUND RULES
 * - A frame is limited in size before it is decoded, and nothing of one that does not pass is used: the agent is told
 *   with a Refuse and the connection is closed.
 * - Renewals and heartbeats are answered at once, from memory: no disk, log or other node stands before them.
 * - A peer that does not read is cut off when too much waits for it, one that is silent for three heartbeats too: up to
 *   two looks early, never late, so that a dead node is known as one within three heartbeats.
 */
import { capability } from '../../proto/capability.ts';
import { assertNever, type Code, SuanlinkError } from '../../proto/codes.ts';
import { decodeFrame } from '../../proto/frame.ts';
import type { NodeId, TokenId } from '../../proto/ids.ts';
import type { Enrol, Heartbeat, Hello, Message, Renew, Renewed } from '../../proto/messages.ts';
import type { TokenRecord } from '../control.ts';
import type { Clock, Log, Random } from '../ports.ts';
import type { ConnectionId, NodeRecord } from '../records.ts';
import { judgeEnrol, judgeHello } from './handshake.ts';
import type { InOrder } from './in-order.ts';
import { Link } from './link.ts';
import { proofs } from './proofs.ts';
import { type Session, sessionDeadline, takeFrame } from './session.ts';
import type { AgentSocket } from './socket.ts';
import { bytesOf, createUpgrade } from './upgrade.ts';
import { Wheel } from './wheel.ts';

const greetingMs = 10_000;
/** How often silence is looked for; with quick heartbeats an eighth of one. */
const sweepMs = 250;
/** A look that comes later than this says that we ourselves were away. */
const awayMs = 2000;
/** How long an acknowledgement waits for a frame to ride on; 50 ms are promised. */
const ackMs = 20;
/** Connections that have not proved who they are, at most. */
const maxGreeting = 10_000;

type Refused = (error: SuanlinkError) => void;

/** What the sessions need of the core. */
export interface SessionPorts {
  readonly schedulerId: string;
  readonly heartbeatMs: number;
  token(id: TokenId): TokenRecord | undefined;
  node(id: NodeId): NodeRecord | undefined;
  /** Greetings whose proofs are good. The answer comes through `send`, or `refused` is called. */
  enrol(connection: ConnectionId, enrol: Enrol, refused: Refused): void;
  connect(connection: ConnectionId, hello: Hello, refused: Refused): void;
  disconnect(connection: ConnectionId, nodeId: NodeId): void;
  /** Something was heard of the node. */
  seen(nodeId: NodeId, now: number): void;
  /** A best-effort message that nobody answers at once. */
  message(connection: ConnectionId, nodeId: NodeId, message: Message): void;
  renew(connection: ConnectionId, nodeId: NodeId, renew: Renew): Renewed | undefined;
  heartbeat(connection: ConnectionId, nodeId: NodeId, heartbeat: Heartbeat): void;
  /** The line of state-bearing messages of a new session. */
  openLine(
    connection: ConnectionId,
    nodeId: NodeId,
    pause: (isPaused: boolean) => void,
    failed: Refused,
  ): InOrder;
}

/** All agents' connections. */
export class SessionServer {
  readonly #ports: SessionPorts;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #log: Log;
  readonly #links = new Map<ConnectionId, Link>();
  readonly #acksDue = new Set<Link>();
  #greeting = 0;
  #nextId = 1;
  readonly #sweepMs: number;
  /** When each is to be looked at for silence. */
  readonly #looks: Wheel<ConnectionId>;
  #sweepAt = 0;
  #cancelSweep: () => void = () => {};
  #cancelAcks: (() => void) | undefined;

  /** Takes over an HTTP upgrade request to the agents' path. */
  readonly upgrade = createUpgrade(
    () => this.#greeting >= maxGreeting,
    (socket) => this.accept(socket),
  );

  constructor(ports: SessionPorts, clock: Clock, random: Random, log: Log) {
    this.#ports = ports;
    this.#clock = clock;
    this.#random = random;
    this.#log = log;
    this.#sweepMs = Math.min(sweepMs, ports.heartbeatMs / 8);
    this.#looks = new Wheel(this.#sweepMs, clock.now());
    this.#scheduleSweep();
  }

  /** Sends a message; a Welcome opens the session. */
  send(connection: ConnectionId, message: Message): void {
    const link = this.#links.get(connection);
    if (!link) return;
    if (message.kind === 'welcome') this.#open(link, message.value.receivedSeq);
    this.#send(link, message);
  }

  /** Everything up to `seq` is durable: the agent hears of it with the next frame, or with a bare one soon. */
  acknowledge(connection: ConnectionId, seq: number): void {
    const link = this.#links.get(connection);
    if (!link) return;
    link.ack = Math.max(link.ack, seq);
    link.isAckDue = true;
    this.#acksDue.add(link);
    this.#cancelAcks ??= this.#clock.at(this.#clock.now() + ackMs, () => this.#flushAcks());
  }

  /** Tells why, and closes. */
  refuse(connection: ConnectionId, code: Code, message: string): void {
    const link = this.#links.get(connection);
    if (link) this.#refuse(link, code, message);
  }

  /** Closes a connection that has been told all. */
  hangUp(connection: ConnectionId): void {
    const link = this.#links.get(connection);
    if (!link) return;
    this.#leave(link);
    link.socket.close(1000);
  }

  /** Closes every connection. */
  close(): void {
    this.#cancelSweep();
    this.#cancelAcks?.();
    for (const link of [...this.#links.values()]) {
      this.#leave(link);
      link.socket.close(1001);
      // A peer that does not answer the close must not keep the process.
      link.socket.terminate();
    }
  }

  /** Serves a connection that stands. */
  accept(socket: AgentSocket): void {
    const nonce = this.#random(32);
    const giveUpAt = this.#clock.now() + greetingMs;
    const link = new Link(this.#nextId, socket, { stage: 'greeting', nonce, giveUpAt });
    this.#nextId += 1;
    this.#greeting += 1;
    this.#links.set(link.id, link);
    this.#looks.add(link.id, giveUpAt);
    socket.on('message', (data, isBinary) => {
      if (link.session.stage === 'closed') return;
      try {
        if (!isBinary) throw new SuanlinkError('protocol_error', 'frames are binary');
        this.#receive(link, bytesOf(data));
      } catch (caught) {
        this.#failed(link, caught);
      }
    });
    socket.on('close', () => this.#leave(link));
    socket.on('error', (error) => this.#log.info('socket_failed', { connection: link.id, error }));
    this.#send(link, {
      kind: 'challenge',
      value: { nonce, capability, schedulerId: this.#ports.schedulerId },
    });
  }

  #receive(link: Link, bytes: Uint8Array): void {
    const { next, intake } = takeFrame(link.session, decodeFrame(bytes));
    link.session = next;
    if (next.stage === 'open') {
      const now = this.#clock.now();
      next.deadAt = this.#deadAt(now);
      this.#ports.seen(next.nodeId, now);
    }
    switch (intake.kind) {
      case 'nothing':
        return;
      case 'greet':
        this.#greet(link, intake.message);
        return;
      case 'now':
        if (next.stage === 'open') this.#actNow(link, next.nodeId, intake.message);
        return;
      case 'in_order':
        link.line?.take(intake.seq, intake.message);
        return;
      default:
        assertNever(intake);
    }
  }

  #greet(link: Link, message: Extract<Message, { kind: 'enrol' | 'hello' }>): void {
    if (link.session.stage !== 'greeting') return;
    const { nonce, giveUpAt } = link.session;
    const challenged = { nonce, schedulerId: this.#ports.schedulerId };
    const refused: Refused = (error) => this.#failed(link, error);
    if (message.kind === 'enrol') {
      const enrol = message.value;
      judgeEnrol(enrol, challenged, this.#ports.token(enrol.tokenId), this.#clock.wall(), proofs);
      link.session = { stage: 'enrolling', giveUpAt };
      this.#ports.enrol(link.id, enrol, refused);
      return;
    }
    const hello = message.value;
    judgeHello(hello, challenged, this.#ports.node(hello.nodeId), proofs);
    link.session = { stage: 'opening', nodeId: hello.nodeId, giveUpAt };
    this.#ports.connect(link.id, hello, refused);
  }

  #open(link: Link, received: number): void {
    if (link.session.stage !== 'opening') return;
    const { nodeId } = link.session;
    link.session = { stage: 'open', nodeId, received, deadAt: this.#deadAt(this.#clock.now()) };
    link.ack = received;
    link.line = this.#ports.openLine(
      link.id,
      nodeId,
      (isPaused) => (isPaused ? link.socket.pause() : link.socket.resume()),
      (error) => this.#failed(link, error),
    );
    this.#greeting -= 1;
    this.#log.info('agent_connected', { node: nodeId, connection: link.id });
  }

  #actNow(link: Link, nodeId: NodeId, message: Message): void {
    if (message.kind === 'renew') {
      const renewed = this.#ports.renew(link.id, nodeId, message.value);
      if (renewed) this.#send(link, { kind: 'renewed', value: renewed });
    } else if (message.kind === 'heartbeat') {
      this.#ports.heartbeat(link.id, nodeId, message.value);
      this.#send(link, { kind: 'heartbeatAck', value: { sample: message.value.sample } });
    } else {
      this.#ports.message(link.id, nodeId, message);
    }
  }

  #send(link: Link, message: Message | undefined): void {
    if (link.session.stage === 'closed' || link.send(message)) return;
    this.#log.warn('agent_not_reading', { connection: link.id });
    this.#cutOff(link);
  }

  #failed(link: Link, caught: unknown): void {
    const error = SuanlinkError.from(caught, 'internal', 'handling a frame');
    if (error.code === 'internal') this.#log.error('session_failed', { connection: link.id, error });
    const isUnreadable = error.code === 'too_large' || error.code === 'invalid_argument';
    this.#refuse(link, isUnreadable ? 'protocol_error' : error.code, error.message);
  }

  #refuse(link: Link, code: Code, message: string): void {
    if (link.session.stage === 'closed') return;
    const node = 'nodeId' in link.session ? link.session.nodeId : undefined;
    this.#log.info('agent_refused', { connection: link.id, node, code, message });
    const retryAfterMs = code === 'unavailable' || code === 'storage_failed' ? 1000 : 0;
    this.#send(link, { kind: 'refuse', value: { code, message: message.slice(0, 2048), retryAfterMs } });
    this.#leave(link);
    link.socket.close(1008);
  }

  #cutOff(link: Link): void {
    this.#leave(link);
    link.socket.terminate();
  }

  /** Forgets the connection; what waits in its line will be sent again. */
  #leave(link: Link): void {
    const before: Session = link.session;
    if (before.stage === 'closed') return;
    if (before.stage !== 'open') this.#greeting -= 1;
    link.session = { stage: 'closed' };
    link.line?.stop();
    this.#links.delete(link.id);
    this.#acksDue.delete(link);
    if ('nodeId' in before) this.#ports.disconnect(link.id, before.nodeId);
  }

  #flushAcks(): void {
    this.#cancelAcks = undefined;
    for (const link of this.#acksDue) if (link.isAckDue) this.#send(link, undefined);
    this.#acksDue.clear();
  }

  /** From when on a peer that was just heard counts as silent. */
  #deadAt(now: number): number {
    return now + 3 * this.#ports.heartbeatMs - 2 * this.#sweepMs;
  }

  #scheduleSweep(): void {
    this.#sweepAt = this.#clock.now() + this.#sweepMs;
    this.#cancelSweep = this.#clock.at(this.#sweepAt, () => this.#sweep());
  }

  /** Closes what has been silent for too long. When we ourselves were away, everybody gets a heartbeat's time more. */
  #sweep(): void {
    const now = this.#clock.now();
    const wasAway = now - this.#sweepAt > awayMs;
    if (wasAway)
      for (const { session } of this.#links.values())
        if (session.stage === 'open')
          session.deadAt = Math.max(session.deadAt, now + this.#ports.heartbeatMs);
    for (const id of this.#looks.due(now)) this.#lookAt(id, now);
    this.#scheduleSweep();
  }

  #lookAt(id: ConnectionId, now: number): void {
    const link = this.#links.get(id);
    if (!link) return;
    const { session } = link;
    const deadline = sessionDeadline(session);
    if (deadline > now) this.#looks.add(id, deadline);
    else if (session.stage === 'open') {
      this.#log.warn('agent_silent', { node: session.nodeId, connection: id });
      this.#cutOff(link);
    } else this.#refuse(link, 'deadline_exceeded', 'the greeting did not come in time');
  }
}
