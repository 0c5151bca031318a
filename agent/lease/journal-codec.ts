/**
 * The bytes of the journal (pure). A segment file is
 *
 *   magic (8 bytes) · record*           record: u32 length · u32 CRC-32 of the payload · payload
 *   payload: write*                     write:  u8 kind · u32 length · body        (all numbers little-endian)
 *
 * A record is written at once and is whole or does not count, so what it holds becomes durable together. The first
 * record of a segment begins with `snapshot` and then everything that stands, so that older segments are needed for their
 * messages alone.
 */
import { crc32 } from 'node:zlib';
import { SuanlinkError } from '../../proto/codes.ts';
import { type JournalWrite, leaseName } from './journal.ts';
import type { Lease } from './lease.ts';

/** First bytes of a segment; the last one is the format's number. */
export const magic = Uint8Array.from([0x53, 0x4c, 0x4a, 0x4f, 0x55, 0x52, 0x00, 0x02]);

/** No record is longer; a length above it is damage. */
const maxRecordBytes = 64 * 1024 * 1024;

const headBytes = 8;
const writeHeadBytes = 5;

/** Numbers that stand at the head of a segment. */
export interface Snapshot {
  lastSeq: number;
  ackedSeq: number;
}

/** Kinds on disk; a number is never used for something else. */
const kinds = {
  put_lease: 1,
  drop_lease: 2,
  taken: 3,
  enqueue: 4,
  acknowledged: 5,
  renewed: 6,
  note: 7,
  snapshot: 8,
} as const;

/** One write as it stands on disk, with the name under which it stands; `bytes` is the whole of it. */
export interface Stored {
  write: JournalWrite | ({ kind: 'snapshot' } & Snapshot);
  bytes: Uint8Array;
}

/** The name under which a write replaces an earlier one; undefined for those that are not kept so. */
export function slotOf(write: Stored['write']): string | undefined {
  switch (write.kind) {
    case 'put_lease':
      return `lease ${leaseName(write.lease)}`;
    case 'taken':
      return `taken ${leaseName(write.key)}`;
    case 'renewed':
      return `renewed ${leaseName(write.key)}`;
    case 'note':
      return `note ${write.name}`;
    default:
      return undefined;
  }
}

const text = new TextEncoder();
const untext = new TextDecoder();

/** One write as bytes. */
export function encodeWrite(write: Stored['write']): Uint8Array {
  const { kind, ...rest } = write;
  const body = write.kind === 'enqueue' ? write.frame : text.encode(JSON.stringify(rest, dehydrate));
  const extra = write.kind === 'enqueue' ? 8 : 0;
  const bytes = new Uint8Array(writeHeadBytes + extra + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, kinds[kind]);
  view.setUint32(1, extra + body.length, true);
  if (write.kind === 'enqueue') view.setFloat64(writeHeadBytes, write.seq, true);
  bytes.set(body, writeHeadBytes + extra);
  return bytes;
}

/** Writes, each already encoded, as one record. */
export function encodeRecord(writes: readonly Uint8Array[]): Uint8Array {
  const length = writes.reduce((sum, write) => sum + write.length, 0);
  const record = new Uint8Array(headBytes + length);
  let at = headBytes;
  for (const write of writes) {
    record.set(write, at);
    at += write.length;
  }
  const view = new DataView(record.buffer);
  view.setUint32(0, length, true);
  view.setUint32(4, crc32(record.subarray(headBytes)), true);
  return record;
}

/** What stands at `offset` of a segment: a record, nothing more, something that was not written to its end, or damage. */
export type Found =
  | { found: 'record'; payload: Uint8Array; next: number }
  | { found: 'end' }
  | { found: 'torn' };

/** Reads the record at `offset`. `bytes` must reach to its end, or to the end of the file. */
export function readRecord(bytes: Uint8Array, offset: number): Found {
  if (offset === bytes.length) return { found: 'end' };
  if (offset + headBytes > bytes.length) return { found: 'torn' };
  const length = recordLength(bytes, offset);
  const next = offset + headBytes + length;
  if (length === 0 || length > maxRecordBytes || next > bytes.length) return { found: 'torn' };
  const payload = bytes.subarray(offset + headBytes, next);
  const sum = new DataView(bytes.buffer, bytes.byteOffset).getUint32(offset + 4, true);
  return crc32(payload) === sum ? { found: 'record', payload, next } : { found: 'torn' };
}

/** Length of the payload that the head at `offset` announces. */
function recordLength(bytes: Uint8Array, offset: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(offset, true);
}

/** Whether whole records follow the damaged one at `offset`: then it is not the last one of a crash, but a broken file. */
export function isBroken(bytes: Uint8Array, offset: number): boolean {
  if (offset + headBytes > bytes.length) return false;
  const next = offset + headBytes + recordLength(bytes, offset);
  return next < bytes.length && readRecord(bytes, next).found === 'record';
}

/** The writes in a record's payload. `storage_failed` for a kind that only a newer release knows. */
export function* decodePayload(payload: Uint8Array): Generator<Stored> {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
  for (let at = 0; at < payload.length; ) {
    const kind = view.getUint8(at);
    const length = view.getUint32(at + 1, true);
    const from = at + writeHeadBytes;
    const body = payload.subarray(from, from + length);
    yield { write: decodeBody(kind, body), bytes: payload.subarray(at, from + length) };
    at = from + length;
  }
}

function decodeBody(kind: number, body: Uint8Array): Stored['write'] {
  if (kind === kinds.enqueue) {
    const seq = new DataView(body.buffer, body.byteOffset).getFloat64(0, true);
    return { kind: 'enqueue', seq, frame: body.subarray(8) };
  }
  const name = Object.entries(kinds).find(([, number]) => number === kind)?.[0];
  if (name === undefined)
    throw new SuanlinkError(
      'storage_failed',
      `the journal holds a row of kind ${kind}, which this release does not know: use the newer release`,
    );
  return { kind: name, ...(JSON.parse(untext.decode(body), revive) as object) } as Stored['write'];
}

/** Checksums are bytes; JSON has none. A Buffer has become `{ type: 'Buffer', data }` by the time it comes here. */
function dehydrate(_key: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return { $hex: Buffer.from(value).toString('hex') };
  const isBuffer =
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    value.type === 'Buffer' &&
    'data' in value &&
    Array.isArray(value.data);
  return isBuffer ? { $hex: Buffer.from(value.data as number[]).toString('hex') } : value;
}

/** The reverse of what keeps bytes in JSON. */
export function revive(_key: string, value: unknown): unknown {
  if (typeof value === 'object' && value !== null && '$hex' in value && typeof value.$hex === 'string')
    return new Uint8Array(Buffer.from(value.$hex, 'hex'));
  return value;
}

/** Leases as they stand: each put, with the taken and renewed rows that came after. */
export function assemble(slots: ReadonlyMap<string, Uint8Array>): {
  leases: Lease[];
  notes: Map<string, string>;
} {
  const leases = new Map<string, Lease>();
  const notes = new Map<string, string>();
  for (const bytes of slots.values()) {
    for (const { write } of decodePayload(bytes)) {
      if (write.kind === 'put_lease') leases.set(leaseName(write.lease), write.lease);
      if (write.kind === 'note' && write.value !== undefined) notes.set(write.name, write.value);
    }
  }
  for (const bytes of slots.values()) {
    for (const { write } of decodePayload(bytes)) {
      if (write.kind !== 'taken' && write.kind !== 'renewed') continue;
      const lease = leases.get(leaseName(write.key));
      if (lease && write.kind === 'taken') lease.taken = write.taken;
      if (lease && write.kind === 'renewed')
        Object.assign(lease, { renewedAt: write.renewedAt, ttlMs: write.ttlMs });
    }
  }
  return { leases: [...leases.values()], notes };
}
