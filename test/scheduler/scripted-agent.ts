/** An agent over a real WebSocket that does what the test says and nothing by itself. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { WebSocket } from 'ws';
import { decodeFrame, encodeFrame } from '../../proto/frame.ts';
import type { NodeId, OrgId, TokenId } from '../../proto/ids.ts';
import type { LeaseKey } from '../../proto/lease.ts';
import type { Bodies, Frame, Inventory, Kind, Message } from '../../proto/messages.ts';
import { enrolBytes, helloBytes } from '../../proto/signing.ts';
import { endOf } from './ends.ts';

/** A key as an agent has one. */
export interface AgentKey {
  publicKey: Uint8Array;
  privateKey: KeyObject;
}

export function makeKey(): AgentKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const jwk = publicKey.export({ format: 'jwk' });
  return { publicKey: new Uint8Array(Buffer.from(String(jwk.x), 'base64url')), privateKey };
}

/** A raw connection: frames heard are queued until somebody waits for them. */
export interface Wire {
  socket: WebSocket;
  /** The next frame whose message is of `kind`; others before it are dropped. Rejects when the connection ends. */
  heard<K extends Kind>(kind: K): Promise<Bodies[K]>;
  /** The next frame that `wanted` accepts. */
  frame(wanted: (frame: Frame) => boolean): Promise<Frame>;
  send(message: Message, seq?: number): void;
  closed: Promise<number>;
  ack: number;
}

export function openWire(url: string, protocol = 'suanlink.v1'): Wire {
  const socket = new WebSocket(url, protocol, { perMessageDeflate: false });
  const waiting: Frame[] = [];
  let wake: () => void = () => {};
  let isClosed = false;
  const closed = new Promise<number>((resolve) => {
    socket.on('close', (code) => {
      isClosed = true;
      resolve(code);
      wake();
    });
  });
  socket.on('error', () => {});
  const wire: Wire = {
    socket,
    closed,
    ack: 0,
    async frame(wanted) {
      for (;;) {
        for (let next = waiting.shift(); next; next = waiting.shift()) if (wanted(next)) return next;
        if (isClosed) throw new Error('the connection is closed');
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    async heard(kind) {
      const { message } = await wire.frame((frame) => frame.message?.kind === kind);
      return message?.value as never;
    },
    send: (message, seq = 0) => socket.send(encodeFrame({ seq, ack: 0, message })),
  };
  socket.on('message', (data: Buffer) => {
    const frame = decodeFrame(data);
    wire.ack = Math.max(wire.ack, frame.ack);
    waiting.push(frame);
    wake();
  });
  return wire;
}

/** Enrols with a join token. */
export async function enrolWith(
  url: string,
  token: { id: TokenId; secret: string },
  key: AgentKey,
  change: (enrol: Bodies['enrol']) => Bodies['enrol'] = (enrol) => enrol,
): Promise<{ nodeId: NodeId; org: OrgId }> {
  const wire = openWire(url);
  const { nonce } = await wire.heard('challenge');
  const signature = sign(null, enrolBytes(nonce, key.publicKey, token.id), key.privateKey);
  const value = {
    tokenId: token.id,
    tokenSecret: token.secret,
    publicKey: key.publicKey,
    signature: new Uint8Array(signature),
    nodeName: 'n1',
    capability: 1,
  };
  wire.send({ kind: 'enrol', value: change(value) });
  const answer = await wire.frame(
    ({ message }) => message?.kind === 'enrolled' || message?.kind === 'refuse',
  );
  wire.socket.close();
  if (answer.message?.kind === 'refuse') throw new Error(answer.message.value.code);
  if (answer.message?.kind !== 'enrolled') throw new Error('no answer');
  return answer.message.value;
}

/** A session that stands. */
export interface ScriptedAgent extends Wire {
  welcome: Bodies['welcome'];
  /** Sends state-bearing messages with the next numbers. */
  tell(message: Message): number;
  /** Resolves when the scheduler has acknowledged `seq`. */
  acked(seq: number): Promise<void>;
}

/** Says hello as `nodeId`; `seq` is where the agent's numbering stands. */
export async function openSession(
  url: string,
  nodeId: NodeId,
  key: AgentKey,
  options: { seq?: number; signer?: AgentKey; name?: string } = {},
): Promise<ScriptedAgent> {
  const wire = openWire(url);
  const { nonce, schedulerId } = await wire.heard('challenge');
  const signer = options.signer ?? key;
  const signature = new Uint8Array(sign(null, helloBytes(nonce, schedulerId, nodeId), signer.privateKey));
  wire.send({
    kind: 'hello',
    value: {
      ...{ nodeId, signature, capability: 1, agentVersion: 'test', bootId: 'b1' },
      nodeName: options.name ?? 'n1',
    },
  });
  const answer = await wire.frame(({ message }) => message?.kind === 'welcome' || message?.kind === 'refuse');
  if (answer.message?.kind !== 'welcome')
    throw new Error(answer.message?.kind === 'refuse' ? answer.message.value.code : 'no answer');
  const welcome = answer.message.value;
  let seq = options.seq ?? welcome.receivedSeq;
  return Object.assign(wire, {
    welcome,
    tell(message: Message) {
      seq += 1;
      wire.send(message, seq);
      return seq;
    },
    async acked(wanted: number) {
      while (wire.ack < wanted) await wire.frame((frame) => frame.ack >= wanted);
    },
  });
}

/** Brings a session to where leases come. */
export function present(
  agent: ScriptedAgent,
  inventory: Inventory,
  held: Bodies['heldLeases']['leases'] = [],
): void {
  agent.send({ kind: 'heldLeases', value: { leases: held } });
  agent.send({ kind: 'inventory', value: inventory });
}

/** Runs one offered lease to its end. */
export async function runLease(agent: ScriptedAgent, stdout = ''): Promise<LeaseKey> {
  const { leaseId, epoch } = await agent.heard('offer');
  const key = { leaseId, epoch };
  agent.send({ kind: 'accept', value: key });
  await agent.heard('commit');
  agent.tell({ kind: 'leaseEvent', value: { ...key, phase: 'running', detail: '', sinceCommitMs: 1 } });
  if (stdout !== '')
    agent.tell({
      kind: 'logChunk',
      value: { ...key, stderr: false, offset: 0, data: Buffer.from(stdout), unixMs: 1 },
    });
  agent.tell({ kind: 'leaseEnd', value: endOf(key, stdout) });
  return key;
}
