/**
 * Takes one container's output: hashes and counts every byte of each stream from its beginning, and hands on in pieces
 * of at most `maxLogBytes` only what has not been taken before. After a restart the engine's log is read again from
 * its beginning: the hash needs all bytes, the outbox only the new ones.
 */
import { createHash, type Hash } from 'node:crypto';
import { maxLogBytes } from '../../proto/frame.ts';
import type { Output } from '../lease/machine.ts';
import type { OutputFrom, OutputPiece } from './runtime.ts';

/** One stream's side of a collector. */
interface StreamTally {
  bytes: number;
  hash: Hash;
}

/** Where new output goes; the promise holds the container's pipe back until it resolves. */
export type TakeOutput = (stream: 'stdout' | 'stderr', offset: number, data: Uint8Array) => Promise<void>;

/** Totals of no output at all. */
export function noOutput(): Output {
  const empty = (): Uint8Array => new Uint8Array(createHash('sha256').digest());
  return { stdoutBytes: 0, stderrBytes: 0, stdoutSha256: empty(), stderrSha256: empty() };
}

/** See the head of this file. */
export class OutputCollector {
  readonly #taken: OutputFrom;
  readonly #take: TakeOutput;
  readonly #streams = { stdout: tally(), stderr: tally() };
  #pending: Promise<void> = Promise.resolve();

  /** `taken`: bytes of each stream that have been handed on before. */
  constructor(taken: OutputFrom, take: TakeOutput) {
    this.#taken = { ...taken };
    this.#take = take;
  }

  /** Takes the next piece; pieces of a stream come in order, one that overlaps what was seen is cut. */
  readonly sink = (piece: OutputPiece): Promise<void> => {
    const stream = this.#streams[piece.stream];
    const skip = stream.bytes - piece.offset;
    const fresh = skip > 0 ? piece.data.subarray(skip) : piece.data;
    if (fresh.length === 0) return this.#pending;
    const at = stream.bytes;
    stream.hash.update(fresh);
    stream.bytes += fresh.length;
    return this.#handOn(piece.stream, at, fresh);
  };

  /** Totals so far. */
  async output(): Promise<Output> {
    await this.#pending;
    const { stdout, stderr } = this.#streams;
    return {
      stdoutBytes: stdout.bytes,
      stderrBytes: stderr.bytes,
      stdoutSha256: new Uint8Array(stdout.hash.copy().digest()),
      stderrSha256: new Uint8Array(stderr.hash.copy().digest()),
    };
  }

  /** Bytes of each stream seen so far. */
  seen(): OutputFrom {
    return { stdout: this.#streams.stdout.bytes, stderr: this.#streams.stderr.bytes };
  }

  #handOn(name: 'stdout' | 'stderr', offset: number, data: Uint8Array): Promise<void> {
    const known = Math.max(0, this.#taken[name] - offset);
    const pieces: Promise<void>[] = [this.#pending];
    for (let at = known; at < data.length; at += maxLogBytes) {
      // A copy: the transport's buffer is used again once this function returns.
      pieces.push(this.#take(name, offset + at, data.slice(at, at + maxLogBytes)));
    }
    this.#pending = Promise.all(pieces).then(() => {});
    return this.#pending;
  }
}

function tally(): StreamTally {
  return { bytes: 0, hash: createHash('sha256') };
}
