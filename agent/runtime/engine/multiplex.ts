/**
 * Takes apart the stream in which an engine sends stdout and stderr together. Pure: bytes in, pieces out.
 *
 * Format (Docker Engine API, "ContainerAttach"): frames of an 8-byte header `[stream, 0, 0, 0, length as uint32 BE]` and
 * `length` bytes. The transport cuts the stream anywhere, so a frame's bytes are handed on as they come and nothing
 * but an unfinished header is kept.
 */
import { SuanlinkError } from '../../../proto/codes.ts';
import type { OutputFrom, OutputPiece } from '../runtime.ts';

const headerBytes = 8;

/** Keeps the place in one multiplexed stream. Pieces share memory with the chunks they come from. */
export class Demultiplexer {
  readonly #header = new Uint8Array(headerBytes);
  #headerLength = 0;
  #stream: OutputPiece['stream'] = 'stdout';
  #left = 0;
  readonly #offset: OutputFrom = { stdout: 0, stderr: 0 };

  /** The pieces in the next `chunk`, in order. Throws `engine_error` when the bytes are not such a stream. */
  push(chunk: Uint8Array): OutputPiece[] {
    const pieces: OutputPiece[] = [];
    let at = 0;
    while (at < chunk.length) {
      if (this.#left === 0) at = this.#takeHeader(chunk, at);
      else {
        const data = chunk.subarray(at, at + this.#left);
        pieces.push({ stream: this.#stream, offset: this.#offset[this.#stream], data });
        this.#offset[this.#stream] += data.length;
        this.#left -= data.length;
        at += data.length;
      }
    }
    return pieces;
  }

  /** Whether the stream ends here between two frames; false after a connection that broke within one. */
  get whole(): boolean {
    return this.#left === 0 && this.#headerLength === 0;
  }

  #takeHeader(chunk: Uint8Array, at: number): number {
    const part = chunk.subarray(at, at + headerBytes - this.#headerLength);
    this.#header.set(part, this.#headerLength);
    this.#headerLength += part.length;
    if (this.#headerLength === headerBytes) {
      const [kind = 0, ...rest] = this.#header;
      if (kind > 2 || rest[0] !== 0 || rest[1] !== 0 || rest[2] !== 0)
        throw new SuanlinkError('engine_error', "the engine's output stream is not framed as documented");
      this.#stream = kind === 2 ? 'stderr' : 'stdout';
      this.#left = new DataView(this.#header.buffer).getUint32(4);
      this.#headerLength = 0;
    }
    return at + part.length;
  }
}

/** The part of `piece` at or after `from` in its stream; undefined when all of it lies before. */
export function after(from: OutputFrom, piece: OutputPiece): OutputPiece | undefined {
  const skip = from[piece.stream] - piece.offset;
  if (skip <= 0) return piece.data.length > 0 ? piece : undefined;
  if (skip >= piece.data.length) return undefined;
  return { stream: piece.stream, offset: piece.offset + skip, data: piece.data.subarray(skip) };
}
