/**
 * Takes one container's output: hashes and counts every byte of each stream from its beginning, and hands on in pieces
 * of at most `maxLogBytes` only what has not been taken before. After a restart the engine's log is read again from
 * its beginning: the hash needs all bytes, the outbox only the new ones. What was left out because
 * the outbox was full is counted and not hashed, the second time as the first.
 */
import { createHash, type Hash } from 'node:crypto';
import { maxLogBytes } from '../../proto/frame.ts';
import { keptParts, leftOut, type StreamName, type Taken } from '../lease/gaps.ts';
import type { Output } from '../lease/machine.ts';
import type { OutputFrom, OutputPiece } from './runtime.ts';

/** One stream's side of a collector. */
interface StreamTally {
  bytes: number;
  /** Of them, how many were left out. */
  dropped: number;
  /** Over the rest. */
  hash: Hash;
}

/** Where new output goes: whether it is kept, and a promise that holds the container's pipe back until it resolves. */
export type TakeOutput = (
  stream: StreamName,
  offset: number,
  data: Uint8Array,
) => { kept: boolean; done: Promise<void> };

/** Totals of no output at all. */
export function noOutput(): Output {
  const empty = (): Uint8Array => new Uint8Array(createHash('sha256').digest());
  return { stdoutBytes: 0, stderrBytes: 0, stdoutSha256: empty(), stderrSha256: empty() };
}

/** What was taken of a container that is gone. A checksum over bytes that we no longer have cannot be made. */
export function takenOutput({ stdout, stderr, gaps }: Taken): Output {
  return {
    ...noOutput(),
    stdoutBytes: stdout,
    stderrBytes: stderr,
    ...dropped(leftOut(gaps, 'stdout'), leftOut(gaps, 'stderr')),
  };
}

function dropped(
  stdoutDroppedBytes: number,
  stderrDroppedBytes: number,
): Pick<Output, 'stdoutDroppedBytes' | 'stderrDroppedBytes'> {
  return {
    ...(stdoutDroppedBytes === 0 ? {} : { stdoutDroppedBytes }),
    ...(stderrDroppedBytes === 0 ? {} : { stderrDroppedBytes }),
  };
}

/** See the head of this file. */
export class OutputCollector {
  readonly #taken: Taken;
  readonly #take: TakeOutput;
  readonly #streams = { stdout: tally(), stderr: tally() };
  #pending: Promise<void> = Promise.resolve();

  /** `taken`: what has been handed on before, and what of it was left out. */
  constructor(taken: Taken, take: TakeOutput) {
    this.#taken = structuredClone(taken);
    this.#take = take;
  }

  /** Takes the next piece; pieces of a stream come in order, one that overlaps what was seen is cut. */
  readonly sink = (piece: OutputPiece): Promise<void> => {
    const stream = this.#streams[piece.stream];
    const skip = stream.bytes - piece.offset;
    const fresh = skip > 0 ? piece.data.subarray(skip) : piece.data;
    if (fresh.length === 0) return this.#pending;
    const at = stream.bytes;
    stream.bytes += fresh.length;
    const known = Math.min(fresh.length, Math.max(0, this.#taken[piece.stream] - at));
    this.#passOver(piece.stream, at, fresh.subarray(0, known));
    return this.#handOn(piece.stream, at + known, fresh.subarray(known));
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
      ...dropped(stdout.dropped, stderr.dropped),
    };
  }

  /** Bytes of each stream seen so far. */
  seen(): OutputFrom {
    return { stdout: this.#streams.stdout.bytes, stderr: this.#streams.stderr.bytes };
  }

  /** What an earlier process has handed on: counted and hashed as it was then. */
  #passOver(name: StreamName, offset: number, data: Uint8Array): void {
    const stream = this.#streams[name];
    const parts = keptParts(this.#taken.gaps, name, offset, offset + data.length);
    let kept = 0;
    for (const [from, to] of parts) {
      stream.hash.update(data.subarray(from - offset, to - offset));
      kept += to - from;
    }
    stream.dropped += data.length - kept;
  }

  #handOn(name: StreamName, offset: number, data: Uint8Array): Promise<void> {
    const stream = this.#streams[name];
    const pieces: Promise<void>[] = [this.#pending];
    for (let at = 0; at < data.length; at += maxLogBytes) {
      // A copy: the transport's buffer is used again once this function returns.
      const piece = data.slice(at, at + maxLogBytes);
      const { kept, done } = this.#take(name, offset + at, piece);
      if (kept) stream.hash.update(piece);
      else stream.dropped += piece.length;
      pieces.push(done);
    }
    this.#pending = Promise.all(pieces).then(() => {});
    return this.#pending;
  }
}

function tally(): StreamTally {
  return { bytes: 0, dropped: 0, hash: createHash('sha256') };
}
