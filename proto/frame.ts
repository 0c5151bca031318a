/**
 * Bytes of one WebSocket frame to a checked `Frame` and back: the only (de)serialiser of the session protocol.
 *
 * Every frame is untrusted. Its size is limited before decoding, protobuf refuses what is malformed, and each known
 * message is then read field by field (ids, counts within 2^53, list and string bounds). What does not pass is a
 * `protocol_error` and nothing of it is used. Unknown fields and unknown kinds are skipped, so that a newer peer can
 * talk to us.
 */
import { SuanlinkError } from './codes.ts';
import { suanlink } from './gen/suanlink.js';
import type { Frame, Kind, Message } from './messages.ts';
import { readers } from './wire.ts';

/** Largest frame either side sends or takes, in bytes. */
export const maxFrameBytes = 1024 * 1024;

/** Largest piece of log in one frame, in bytes. */
export const maxLogBytes = 64 * 1024;

const known = new Set<string>(Object.keys(readers));

function isKind(name: string | undefined): name is Kind {
  return name !== undefined && known.has(name);
}

/** One frame as bytes; `too_large` when it would be over `maxFrameBytes`. */
export function encodeFrame(frame: Frame): Uint8Array {
  const envelope: suanlink.v1.Envelope.$Properties = { seq: frame.seq, ack: frame.ack };
  // The compiler cannot follow the pairing of a kind with its value.
  if (frame.message) envelope[frame.message.kind] = frame.message.value as never;
  const bytes = suanlink.v1.Envelope.encode(envelope).finish();
  if (bytes.length > maxFrameBytes) {
    throw new SuanlinkError(
      'too_large',
      `a ${frame.message?.kind} frame of ${bytes.length} bytes is over ${maxFrameBytes}`,
    );
  }
  return bytes;
}

/** The frame in `bytes`; `too_large` or `protocol_error`. */
export function decodeFrame(bytes: Uint8Array): Frame {
  if (bytes.length > maxFrameBytes)
    throw new SuanlinkError('too_large', `a frame of ${bytes.length} bytes is over ${maxFrameBytes}`);
  const envelope = parse(bytes);
  const { seq, ack } = envelope;
  if (!Number.isSafeInteger(seq) || seq < 0 || !Number.isSafeInteger(ack) || ack < 0) {
    throw new SuanlinkError('protocol_error', 'sequence numbers are out of range');
  }
  const kind = envelope.body;
  if (!isKind(kind)) return { seq, ack };
  // The reader of a kind returns that kind's value; the compiler cannot follow the pairing through the table.
  const message = { kind, value: readers[kind](envelope[kind] as never) } as Message;
  return { seq, ack, message };
}

function parse(bytes: Uint8Array): suanlink.v1.Envelope {
  try {
    return suanlink.v1.Envelope.decode(bytes);
  } catch (cause) {
    throw new SuanlinkError('protocol_error', 'the frame is not a suanlink.v1 envelope', { cause });
  }
}
