/**
 * A recorded session: what an agent and a scheduler of one release said to each other, so that later releases can be
 * shown to understand it still. One JSON document a line: a head, then every frame with its moment.
 */
import { decodeFrame } from '../../proto/frame.ts';
import type { JobSpec } from '../../proto/api.ts';
import type { Message } from '../../proto/messages.ts';

/** What a replay needs to stand in for either end. Byte strings are hex. */
export interface Head {
  /** Number of the protocol that both spoke. */
  capability: number;
  nodeId: string;
  schedulerId: string;
  /** The node's Ed25519 key, made for this recording alone: PKCS #8 in PEM. */
  privateKey: string;
  /** Jobs as they were submitted; moments in ms of virtual time. */
  jobs: { at: number; spec: JobSpec; cancelAt?: number }[];
  /** Every random byte string that the scheduler drew, in order. */
  drawn: string[];
}

/** One frame as it left. */
export interface Entry {
  at: number;
  from: 'agent' | 'scheduler';
  frame: string;
}

/** A recording. */
export interface Transcript {
  head: Head;
  entries: Entry[];
}

/** A recording as text. */
export function write({ head, entries }: Transcript): string {
  return [head, ...entries].map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** A recording from its text. */
export function read(text: string): Transcript {
  const [head, ...entries] = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
  return { head: head as Head, entries: entries as Entry[] };
}

/** The message of an entry; undefined for a bare acknowledgement. */
export function messageOf({ frame }: Entry): Message | undefined {
  return decodeFrame(Buffer.from(frame, 'hex')).message;
}

/** What matters of a message in a comparison: its kind, what it is about and what it says; never moments or sizes.
 * Undefined for what may be said more or less often without harm. */
export function gist(message: Message | undefined): string | undefined {
  switch (message?.kind) {
    case undefined:
    case 'heartbeat':
    case 'heartbeatAck':
    case 'renew':
    case 'renewed':
    case 'inventory':
    case 'logChunk':
      return undefined;
    case 'leaseEvent':
      return `leaseEvent ${message.value.leaseId} ${message.value.epoch} ${message.value.phase}`;
    case 'leaseEnd':
      return `leaseEnd ${message.value.leaseId} ${message.value.epoch} ${message.value.reason}`;
    case 'stop':
      return `stop ${message.value.leaseId} ${message.value.epoch} ${message.value.reason}`;
    case 'offer':
    case 'accept':
    case 'reject':
    case 'commit':
      return `${message.kind} ${message.value.leaseId} ${message.value.epoch}`;
    default:
      return message?.kind;
  }
}
