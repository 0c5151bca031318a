/**
 * Agents' WebSockets (edge): frames in, frames out, timeouts. What a frame means is decided by `session.ts`,
 * `handshake.ts` and the pool.
 *
 * GROUND RULES
 * - A frame is limited in size before it is decoded, and nothing of one that does not pass is used: the agent is told
 *   with a Refuse and the connection is closed.
 * - Renewals and heartbeats are answered at once, from memory: no disk, log or other node stands before them.
 * - A peer that does not read is cut off when too much waits for it, one that is silent for three heartbeats too.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { assertNever, type Code, SuanlinkError } from '../../proto/codes.ts';
import { capability } from '../../proto/capability.ts';
import { decodeFrame, encodeFrame, maxFrameBytes } from '../../proto/frame.ts';
import { makeId } from '../../proto/ids.ts';
import type { Message } from '../../proto/messages.ts';
import type { Driver } from '../driver.ts';
import type { ConnectionId } from '../fleet/node.ts';
import type { Pool } from '../pool.ts';
import type { Effect } from '../pool/commands.ts';
import type { Clock, Log, Random } from '../ports.ts';
import { judgeEnrol, judgeHello } from './handshake.ts';
import type { InOrder } from './in-order.ts';
import type { Proofs } from './proofs.ts';
import { type Session, sessionDeadline, takeFrame } from './session.ts';

const subprotocol = 'suanlink.v1';
const greetingMs = 10_000;
const sweepMs = 1000;
const ackMs = 20;
/** Waiting for a peer that does not read: beyond this it is cut off. */
const maxBufferedBytes = 4 * 1024 * 1024;
/** Connections that have not proved who they are. */
const maxGreeting = 10_000;

/** What the server works on. */
export interface ServerParts {
  pool: Pool;
  driver: Driver;
  proofs: Proofs;
  clock: Clock;
  random: Random;
  log: Log;
  heartbeatMs: number;
  /** The line of state-bearing messages of a new connection. */
  createLine(link: Link, failed: (error: SuanlinkError) => void): InOrder;
}

/** One connection. */
export interface Link {
  readonly id: ConnectionId;
  readonly socket: WebSocket;
  session: Session;
  line: InOrder | undefined;
  /** Highest sequence number acknowledged to the agent by what is durable. */
  ack: number;
  isAckDue: boolean;
}

/** The server. */
export interface SessionServer {
  /** Takes over an HTTP upgrade request to the agents' path. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Carries out an effect that concerns a connection. */
  release(effect: Exclude<Effect, { kind: 'job' }>): void;
  /** Closes every connection. */
  close(): void;
}

function refuseUpgrade(socket: Duplex, status: string, text: string): void {
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
}

function asksForUs(request: IncomingMessage): boolean {
  const offered = request.headers['sec-websocket-protocol'] ?? '';
  return offered.split(',').some((name) => name.trim() === subprotocol);
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

/** A server that `system.ts` feeds with upgrades. */
export function createSessionServer(parts: ServerParts): SessionServer {
  const { pool, driver, clock, random, log, heartbeatMs } = parts;
  const links = new Map<ConnectionId, Link>();
  const acksDue = new Set<Link>();
  let greeting = 0;
  let nextId = 1;
  let sweepAt = clock.now() + sweepMs;
  let cancelSweep = clock.at(sweepAt, sweep);
  let cancelAcks: (() => void) | undefined;

  const wss = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    // Twice the limit, so that a frame a little over it gets an answer with the reason.
    maxPayload: 2 * maxFrameBytes,
    handleProtocols: (offered) => (offered.has(subprotocol) ? subprotocol : false),
  });

  function send(link: Link, message: Message | undefined): void {
    if (link.session.stage === 'closed') return;
    if (link.socket.bufferedAmount > maxBufferedBytes) {
      log.warn('agent_not_reading', { connection: link.id, buffered: link.socket.bufferedAmount });
      hangUp(link);
      return;
    }
    link.isAckDue = false;
    link.socket.send(encodeFrame({ seq: 0, ack: link.ack, ...(message ? { message } : {}) }));
  }

  /** Forgets the connection; what waits in its line will be sent again. */
  function leave(link: Link): void {
    const { session } = link;
    if (session.stage === 'closed') return;
    if (session.stage !== 'open') greeting -= 1;
    link.session = { stage: 'closed' };
    link.line?.stop();
    links.delete(link.id);
    acksDue.delete(link);
    if (session.stage === 'open' || session.stage === 'opening')
      driver.post({ kind: 'disconnect', connection: link.id, nodeId: session.nodeId });
  }

  function hangUp(link: Link): void {
    leave(link);
    link.socket.terminate();
  }

  function refuse(link: Link, code: Code, message: string): void {
    if (link.session.stage === 'closed') return;
    const node = 'nodeId' in link.session ? link.session.nodeId : undefined;
    log.info('agent_refused', { connection: link.id, node, code, message });
    const retryAfterMs = code === 'unavailable' || code === 'storage_failed' ? 1000 : 0;
    send(link, { kind: 'refuse', value: { code, message: message.slice(0, 2048), retryAfterMs } });
    leave(link);
    link.socket.close(1008);
  }

  function failed(link: Link, caught: unknown): void {
    const error = SuanlinkError.from(caught, 'internal', 'handling a frame');
    // An agent is told what it did; our own defects are for the log.
    if (error.code === 'internal') log.error('session_failed', { connection: link.id, error });
    refuse(link, error.code === 'too_large' ? 'protocol_error' : error.code, error.message);
  }

  function greet(link: Link, message: Extract<Message, { kind: 'enrol' | 'hello' }>): void {
    if (link.session.stage !== 'greeting') return;
    const { nonce, giveUpAt } = link.session;
    const challenged = { nonce, schedulerId: pool.state.schedulerId };
    const refused = (error: SuanlinkError): void => failed(link, error);
    const connection = link.id;
    if (message.kind === 'enrol') {
      const { tokenId, nodeName, publicKey } = message.value;
      judgeEnrol(message.value, challenged, pool.state.tokens.get(tokenId), clock.wall(), parts.proofs);
      link.session = { stage: 'enrolling', giveUpAt };
      const nodeId = makeId('node', random(20));
      driver.post({ kind: 'enrol', connection, nodeId, nodeName, publicKey, tokenId }, refused);
      return;
    }
    const { nodeId, nodeName, agentVersion, bootId, capability: theirs } = message.value;
    judgeHello(message.value, challenged, pool.state.nodes.get(nodeId)?.record, parts.proofs);
    link.session = { stage: 'opening', nodeId, giveUpAt };
    driver.post(
      { kind: 'connect', connection, nodeId, nodeName, agentVersion, bootId, capability: theirs },
      refused,
    );
  }

  function actNow(link: Link, session: Extract<Session, { stage: 'open' }>, message: Message): void {
    const { nodeId } = session;
    if (message.kind === 'renew') {
      const renewed = pool.renew(nodeId, link.id, message.value, clock.now());
      if (renewed) send(link, { kind: 'renewed', value: renewed });
    } else if (message.kind === 'heartbeat') {
      pool.heartbeat(nodeId, link.id, message.value);
      send(link, { kind: 'heartbeatAck', value: { sample: message.value.sample } });
    } else {
      driver.post({ kind: 'message', connection: link.id, nodeId, seq: 0, message, logFault: '' });
    }
  }

  function receive(link: Link, bytes: Uint8Array): void {
    const { next, intake } = takeFrame(link.session, decodeFrame(bytes));
    link.session = next;
    if (next.stage === 'open') {
      const now = clock.now();
      next.deadAt = now + 3 * heartbeatMs;
      pool.seen(next.nodeId, now);
    }
    switch (intake.kind) {
      case 'nothing':
        return;
      case 'greet':
        return greet(link, intake.message);
      case 'now':
        if (next.stage === 'open') actNow(link, next, intake.message);
        return;
      case 'in_order':
        link.line?.take(intake.seq, intake.message);
        return;
      default:
        assertNever(intake);
    }
  }

  function accept(socket: WebSocket): void {
    const nonce = random(32);
    const id = nextId;
    nextId += 1;
    const session: Session = { stage: 'greeting', nonce, giveUpAt: clock.now() + greetingMs };
    const link: Link = { id, socket, session, line: undefined, ack: 0, isAckDue: false };
    links.set(id, link);
    greeting += 1;
    socket.on('message', (data, isBinary) => {
      if (link.session.stage === 'closed') return;
      try {
        if (!isBinary) throw new SuanlinkError('protocol_error', 'frames are binary');
        receive(link, bytesOf(data));
      } catch (caught) {
        failed(link, caught);
      }
    });
    socket.on('close', () => leave(link));
    socket.on('error', (error) => log.info('socket_failed', { connection: id, error }));
    send(link, {
      kind: 'challenge',
      value: { nonce, capability, schedulerId: pool.state.schedulerId },
    });
  }

  /** Closes what has been silent for too long. When we ourselves were away, everybody gets a heartbeat's time more. */
  function sweep(): void {
    const now = clock.now();
    const wasAway = now - sweepAt > 2 * sweepMs;
    for (const link of [...links.values()]) {
      const { session } = link;
      if (wasAway && session.stage === 'open') session.deadAt = Math.max(session.deadAt, now + heartbeatMs);
      if (sessionDeadline(session) > now) continue;
      if (session.stage === 'open') {
        log.warn('agent_silent', { node: session.nodeId, connection: link.id });
        hangUp(link);
      } else {
        refuse(link, 'deadline_exceeded', 'the greeting did not come in time');
      }
    }
    sweepAt = now + sweepMs;
    cancelSweep = clock.at(sweepAt, sweep);
  }

  function flushAcks(): void {
    cancelAcks = undefined;
    for (const link of acksDue) if (link.isAckDue) send(link, undefined);
    acksDue.clear();
  }

  function acknowledge(link: Link, seq: number): void {
    link.ack = Math.max(link.ack, seq);
    link.isAckDue = true;
    acksDue.add(link);
    cancelAcks ??= clock.at(clock.now() + ackMs, flushAcks);
  }

  function welcome(link: Link, received: number): void {
    if (link.session.stage !== 'opening') return;
    const { nodeId } = link.session;
    link.session = { stage: 'open', nodeId, received, deadAt: clock.now() + 3 * heartbeatMs };
    link.ack = received;
    link.line = parts.createLine(link, (error) => failed(link, error));
    greeting -= 1;
    log.info('agent_connected', { node: nodeId, connection: link.id });
  }

  return {
    upgrade(request, socket, head) {
      if (!asksForUs(request))
        return refuseUpgrade(socket, '400 Bad Request', `this path speaks the subprotocol ${subprotocol}\n`);
      if (greeting >= maxGreeting)
        return refuseUpgrade(socket, '503 Service Unavailable', 'too many agents are connecting at once\n');
      wss.handleUpgrade(request, socket, head, accept);
    },
    release(effect) {
      const link = links.get(effect.connection);
      if (!link) return;
      switch (effect.kind) {
        case 'send':
          if (effect.message.kind === 'welcome') welcome(link, effect.message.value.receivedSeq);
          return send(link, effect.message);
        case 'ack':
          return acknowledge(link, effect.seq);
        case 'refuse':
          return refuse(link, effect.code, effect.message);
        case 'hang_up':
          leave(link);
          link.socket.close(1000);
          return;
        default:
          assertNever(effect);
      }
    },
    close() {
      cancelSweep();
      cancelAcks?.();
      for (const link of [...links.values()]) {
        leave(link);
        link.socket.close(1001);
        // A peer that does not answer the close must not keep the process.
        link.socket.terminate();
      }
    },
  };
}
