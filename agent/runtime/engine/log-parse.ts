/**
 * Takes apart the log files of engines (pure): bytes in, pieces out, exactly as the container wrote them.
 *
 * Docker `local` (moby/daemon/logger/local, api/types/plugins/logdriver/entry.proto): records of
 * `[length as uint32 BE] [LogEntry as protobuf] [length again]`. LogEntry: 1 source, 2 time, 3 line, 4 partial,
 * 5 metadata { 1 last }. A line without `partial`, or whose metadata says `last`, ended in a newline that is not in it.
 * (Read through Docker 20.10's own API, the newline of every line over 16 KiB is lost; so we read the file.)
 *
 * Podman `k8s-file`: lines of `TIME stdout|stderr F|P bytes`; `F` a full line, `P` a part whose newline is not its own.
 */
import { SuanlinkError } from '../../../proto/codes.ts';
import type { OutputFrom, OutputPiece } from '../runtime.ts';
import type { LogFile } from './dialect.ts';

/** Reads records from the beginning of a file of one format, keeping what is unfinished for the next chunk. */
export class LogParser {
  readonly #format: LogFile['format'];
  readonly #offset: OutputFrom = { stdout: 0, stderr: 0 };
  #rest: Buffer = Buffer.alloc(0);

  constructor(format: LogFile['format']) {
    this.#format = format;
  }

  /** The pieces in the next `chunk`, in order. Throws `engine_error` when this is no such log. */
  push(chunk: Uint8Array): OutputPiece[] {
    const all = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : Buffer.from(chunk);
    const records: LogRecord[] = [];
    let at = 0;
    for (let read = this.#next(all, at); read; read = this.#next(all, at)) {
      records.push(read.record);
      at = read.next;
    }
    this.#rest = Buffer.from(all.subarray(at));
    return this.#join(records);
  }

  #next(all: Buffer, at: number): { record: LogRecord; next: number } | undefined {
    return this.#format === 'k8s' ? nextK8s(all, at) : nextDocker(all, at);
  }

  /** Neighbours of one stream in one piece: a million short lines are not a million calls. */
  #join(records: LogRecord[]): OutputPiece[] {
    const pieces: OutputPiece[] = [];
    for (let at = 0; at < records.length; ) {
      const stream = records[at]?.stream ?? 'stdout';
      const parts: Uint8Array[] = [];
      for (; records[at]?.stream === stream; at++) parts.push(...(records[at]?.parts ?? []));
      const data = Buffer.concat(parts);
      if (data.length > 0) pieces.push({ stream, offset: this.#offset[stream], data });
      this.#offset[stream] += data.length;
    }
    return pieces;
  }
}

/** One entry: bytes of one stream, in parts. */
interface LogRecord {
  stream: OutputPiece['stream'];
  parts: Uint8Array[];
}

const newline = Buffer.from('\n');
/** Docker cuts lines at 16 KiB, so a record much larger than that is not one. */
const maxRecordBytes = 1024 * 1024;

function nextK8s(all: Buffer, at: number): { record: LogRecord; next: number } | undefined {
  const end = all.indexOf(10, at);
  if (end < 0) return undefined;
  const head = /^\S+ (stdout|stderr) ([FP]) /.exec(all.toString('latin1', at, Math.min(end, at + 64)));
  if (!head) throw notALog('k8s-file', at);
  const text = all.subarray(at + head[0].length, end);
  return {
    record: {
      stream: head[1] === 'stderr' ? 'stderr' : 'stdout',
      parts: head[2] === 'F' ? [text, newline] : [text],
    },
    next: end + 1,
  };
}

function nextDocker(all: Buffer, at: number): { record: LogRecord; next: number } | undefined {
  if (at + 4 > all.length) return undefined;
  const length = all.readUInt32BE(at);
  if (length > maxRecordBytes) throw notALog('docker local', at);
  const next = at + 4 + length + 4;
  if (next > all.length) return undefined;
  if (all.readUInt32BE(next - 4) !== length) throw notALog('docker local', at);
  return { record: logEntry(all.subarray(at + 4, next - 4)), next };
}

function logEntry(bytes: Buffer): LogRecord {
  let stream: LogRecord['stream'] = 'stdout';
  let line: Uint8Array = new Uint8Array();
  let whole = true;
  for (const { field, data, value } of fields(bytes)) {
    if (field === 1 && data) stream = data.toString('latin1') === 'stderr' ? 'stderr' : 'stdout';
    else if (field === 3 && data) line = data;
    else if (field === 4) whole = value === 0;
    // `partial` comes before its metadata, which has the last word.
    else if (field === 5 && data)
      whole = fields(data).some((inner) => inner.field === 1 && inner.value === 1);
  }
  return { stream, parts: whole ? [line, newline] : [line] };
}

/** Protobuf fields of `bytes`: wire types 0 (varint) and 2 (length-delimited), which are all that a log entry has. */
function fields(bytes: Buffer): { field: number; data?: Buffer; value: number }[] {
  const found: { field: number; data?: Buffer; value: number }[] = [];
  let at = 0;
  const varint = (): number => {
    let result = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined || shift > 63) throw notALog('docker local', at);
      // Times do not fit in 53 bits and are not used; everything that is used does.
      result += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return result;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const value = varint();
    if ((tag & 7) === 2) {
      found.push({ field: tag >>> 3, data: bytes.subarray(at, at + value), value });
      at += value;
    } else if ((tag & 7) === 0) found.push({ field: tag >>> 3, value });
    else throw notALog('docker local', at);
  }
  return found;
}

function notALog(format: string, at: number): SuanlinkError {
  return new SuanlinkError('engine_error', `the engine's log is not in the ${format} format (at byte ${at})`);
}
