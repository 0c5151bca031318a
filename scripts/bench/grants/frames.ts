/**
 * What a model agent says in a lease's life, as bytes that are made once: only ids, epochs and numbers are filled in, and
 * the signature. Made and read by hand, so that the load costs a fraction of what it loads; every frame is one that
 * `proto/frame.ts` reads (`frames.test.ts`).
 */
import { type KeyObject, sign } from 'node:crypto';
import type { NodeId } from '../../../proto/ids.ts';
import { usageBytes } from '../../../proto/signing.ts';

/** Letters of an id of a lease or a job. */
const leaseLength = 26;
const jobLength = 24;

const noOutput = Buffer.from('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 'hex');

/** What the scheduler has said, as far as a model agent cares. */
export type Said =
  | { kind: 'offer'; ack: number; lease: string; epoch: number; job: string }
  | { kind: 'commit'; ack: number; lease: string; epoch: number }
  | { kind: 'challenge' | 'welcome'; ack: number }
  | { kind: 'other'; ack: number };

/** Walks through the fields of a message. */
class Walk {
  readonly #bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#bytes[this.at] ?? 0;
      this.at += 1;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }
}

/** Kinds of `Envelope.body` by their field. */
const kinds = new Map<number, Said['kind']>([
  [10, 'challenge'],
  [14, 'welcome'],
  [30, 'offer'],
  [33, 'commit'],
]);

/** Reads a frame of the scheduler's. */
export function hear(bytes: Buffer): Said {
  const walk = new Walk(bytes);
  let ack = 0;
  while (walk.at < bytes.length) {
    const tag = walk.varint();
    const value = walk.varint();
    if ((tag & 7) === 0) {
      if (tag >> 3 === 2) ack = value;
      continue;
    }
    const kind = kinds.get(tag >> 3);
    if (kind !== 'offer' && kind !== 'commit') return { kind: kind ?? 'other', ack };
    // Its fields come in order: lease_id, epoch, job_id.
    const lease = bytes.toString('latin1', walk.at + 2, walk.at + 2 + leaseLength);
    walk.at += 2 + leaseLength + 1;
    const epoch = walk.varint();
    if (kind === 'commit') return { kind, ack, lease, epoch };
    return { kind, ack, lease, epoch, job: bytes.toString('latin1', walk.at + 2, walk.at + 2 + jobLength) };
  }
  return { kind: 'other', ack };
}

/** `number` as a varint of five bytes (up to 2^35). */
function put(bytes: Buffer, at: number, number: number): void {
  let left = number;
  for (let i = 0; i < 4; i += 1) {
    bytes[at + i] = (left & 0x7f) | 0x80;
    left = Math.floor(left / 128);
  }
  bytes[at + 4] = left & 0x7f;
}

const wide = Buffer.from([0x80, 0x80, 0x80, 0x80, 0]);
const field = (number: number, body: Uint8Array): Buffer => {
  const tag = (number << 3) | 2;
  const head = tag < 128 ? [tag] : [(tag & 0x7f) | 0x80, tag >> 7];
  const length = body.length < 128 ? [body.length] : [(body.length & 0x7f) | 0x80, body.length >> 7];
  return Buffer.concat([Buffer.from([...head, ...length]), body]);
};
const count = (number: number, of: number): Buffer => {
  const bytes = Buffer.concat([Buffer.from([number << 3]), wide]);
  put(bytes, 1, of);
  return bytes;
};
const text = (number: number, of: string): Buffer => field(number, Buffer.from(of));
const seq = Buffer.concat([Buffer.from([1 << 3]), wide]);
const key = Buffer.concat([text(1, 'l'.repeat(leaseLength)), Buffer.from([2 << 3]), wide]);
/** Where the lease's id and its epoch stand in `key`. */
const idAt = 2;
const epochAt = 2 + leaseLength + 1;

const run = { part: 1, runMs: 1000, cardMs: 1000, cpuMs: 250, cpuExact: true, memoryPeakBytes: 2 ** 30 };

function usageField(signature: Uint8Array): Buffer {
  const fields = [count(3, run.part), count(4, run.runMs), count(5, run.cardMs), count(6, run.cpuMs)];
  return field(
    12,
    Buffer.concat([key, ...fields, count(7, 1), count(8, run.memoryPeakBytes), field(9, signature)]),
  );
}

/** What one node says. The frames that it gives are overwritten by the next of their kind. */
export class Voice {
  readonly #accept = field(31, key);
  readonly #running = Buffer.concat([seq, field(37, Buffer.concat([key, text(3, 'running')]))]);
  readonly #ended: Buffer;
  readonly #signed: Buffer;
  readonly #secret: KeyObject;
  readonly #endAt: readonly number[];
  readonly #runningAt: number;
  readonly #acceptAt: number;
  readonly #signedIdAt: number;
  readonly #signatureAt: number;

  constructor(node: NodeId, secret: KeyObject) {
    this.#secret = secret;
    const lease = 'l'.repeat(leaseLength);
    this.#signed = Buffer.from(usageBytes(node, { leaseId: lease as never, epoch: 0, ...run }));
    this.#signedIdAt = this.#signed.indexOf(lease);
    const mark = Buffer.alloc(64, 0x5a);
    const body = [
      key,
      text(3, 'completed'),
      Buffer.from([4 << 3, 0]),
      field(9, noOutput),
      field(10, noOutput),
    ];
    const phase = field(11, Buffer.concat([text(1, 'running'), count(2, 3)]));
    this.#ended = Buffer.concat([seq, field(38, Buffer.concat([...body, phase, usageField(mark)]))]);
    const first = this.#ended.indexOf(key);
    this.#endAt = [first, this.#ended.indexOf(key, first + 1)];
    this.#signatureAt = this.#ended.indexOf(mark);
    this.#runningAt = this.#running.indexOf(key);
    this.#acceptAt = this.#accept.indexOf(key);
  }

  accept(lease: string, epoch: number): Uint8Array {
    this.#fill(this.#accept, this.#acceptAt, lease, epoch);
    return Buffer.from(this.#accept);
  }

  running(seq: number, lease: string, epoch: number): Uint8Array {
    const bytes = Buffer.from(this.#running);
    put(bytes, 1, seq);
    this.#fill(bytes, this.#runningAt, lease, epoch);
    return bytes;
  }

  ended(seq: number, lease: string, epoch: number): Uint8Array {
    const bytes = Buffer.from(this.#ended);
    put(bytes, 1, seq);
    for (const at of this.#endAt) this.#fill(bytes, at, lease, epoch);
    this.#signed.write(lease, this.#signedIdAt, 'latin1');
    this.#signed.writeUInt32BE(Math.floor(epoch / 2 ** 32), this.#signedIdAt + leaseLength);
    this.#signed.writeUInt32BE(epoch % 2 ** 32, this.#signedIdAt + leaseLength + 4);
    bytes.set(sign(null, this.#signed, this.#secret), this.#signatureAt);
    return bytes;
  }

  #fill(bytes: Buffer, at: number, lease: string, epoch: number): void {
    bytes.write(lease, at + idAt, 'latin1');
    put(bytes, at + epochAt, epoch);
  }
}
