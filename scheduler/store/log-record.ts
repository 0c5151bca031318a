/**
 * The form of a lease's log file and of the journal before it: records one after another, appended only. Pure.
 *
 *   crc32 of all that follows (u32) · length of the data (u32) · kind (u32: 0 stdout, 1 stderr, 2 and 3: bytes of them that
 *   were left out) · offset in that stream (f64, an integer) · the agent's wall clock in Unix ms (f64) · data, or how many
 *   bytes were left out (f64, an integer)
 *
 * The journal has the records of all leases, each with
 *
 *   crc32 of all that follows (u32) · length of what follows the lease id (u32) · lease id (26 ASCII bytes)
 *
 * before it. All little-endian. A record that is cut off or whose checksum differs was being written when the machine stopped: it
 * and what follows it was never acknowledged.
 */
import { crc32 } from 'node:zlib';
import { type LeaseId, parseId } from '../../proto/ids.ts';

/** SHA-256 of no bytes, hex. */
export const nothingHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** The two streams of a container. */
export type LogStream = 'stdout' | 'stderr';

/** One piece of a stream: its bytes, or that there were some. */
export interface LogRecord {
  stream: LogStream;
  offset: number;
  unixMs: number;
  data: Uint8Array;
  /** From `offset` on this many bytes were left out by the agent; there is no data then. Absent: none. */
  droppedBytes?: number;
}

/** How much of its stream a record stands for. */
export function lengthOf({ data, droppedBytes = 0 }: LogRecord): number {
  return data.length + droppedBytes;
}

/** Bytes before a record's data. */
export const headerBytes = 28;

/** More data than any frame carries: a header that claims more is damage. */
const maxData = 1024 * 1024;

function countBytes(count: number): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeDoubleLE(count, 0);
  return bytes;
}

/** A record as bytes. */
export function encodeRecord({ stream, offset, unixMs, data: kept, droppedBytes = 0 }: LogRecord): Buffer {
  const data = droppedBytes > 0 ? countBytes(droppedBytes) : kept;
  const bytes = Buffer.allocUnsafe(headerBytes + data.length);
  bytes.writeUInt32LE(data.length, 4);
  bytes.writeUInt32LE((stream === 'stdout' ? 0 : 1) + (droppedBytes > 0 ? 2 : 0), 8);
  bytes.writeDoubleLE(offset, 12);
  bytes.writeDoubleLE(unixMs, 20);
  bytes.set(data, headerBytes);
  bytes.writeUInt32LE(crc32(bytes.subarray(4)), 0);
  return bytes;
}

/** The records at the start of `bytes` and how many bytes they take. `damaged`: what follows is no record and never
 * will be, however much is read. */
export function decodeRecords(bytes: Buffer): { records: LogRecord[]; used: number; damaged: boolean } {
  const records: LogRecord[] = [];
  let used = 0;
  while (bytes.length - used >= headerBytes) {
    const length = bytes.readUInt32LE(used + 4);
    const kind = bytes.readUInt32LE(used + 8);
    if (length > maxData || kind > 3 || (kind > 1 && length !== 8)) return { records, used, damaged: true };
    const end = used + headerBytes + length;
    if (end > bytes.length) break;
    if (bytes.readUInt32LE(used) !== crc32(bytes.subarray(used + 4, end)))
      return { records, used, damaged: true };
    const data = bytes.subarray(used + headerBytes, end);
    records.push({
      stream: kind % 2 === 0 ? 'stdout' : 'stderr',
      offset: bytes.readDoubleLE(used + 12),
      unixMs: bytes.readDoubleLE(used + 20),
      ...(kind > 1 ? { data: data.subarray(8), droppedBytes: data.readDoubleLE(0) } : { data }),
    });
    used = end;
  }
  return { records, used, damaged: false };
}

const idBytes = 26;
/** Bytes before a record in the journal. */
export const entryBytes = 8 + idBytes;

/** A journal entry: `record` (as encoded) of `lease`. */
export function encodeEntry(lease: LeaseId, record: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(entryBytes + record.length);
  bytes.writeUInt32LE(record.length, 4);
  bytes.write(lease, 8, idBytes, 'latin1');
  bytes.set(record, entryBytes);
  bytes.writeUInt32LE(crc32(bytes.subarray(4)), 0);
  return bytes;
}

/** The entries at the start of `bytes` and how many bytes they take; what follows them was being written. */
export function decodeEntries(bytes: Buffer): {
  entries: { lease: LeaseId; record: LogRecord }[];
  used: number;
} {
  const entries: { lease: LeaseId; record: LogRecord }[] = [];
  let used = 0;
  while (bytes.length - used >= entryBytes) {
    const end = used + entryBytes + bytes.readUInt32LE(used + 4);
    if (end > bytes.length || bytes.readUInt32LE(used) !== crc32(bytes.subarray(used + 4, end))) break;
    const lease = parseId('lease', bytes.toString('latin1', used + 8, used + entryBytes));
    const [record] = decodeRecords(bytes.subarray(used + entryBytes, end)).records;
    if (!record) break;
    entries.push({ lease, record });
    used = end;
  }
  return { entries, used };
}
