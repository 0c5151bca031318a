/**
 * What is said to the scheduler for good: numbers every state-bearing message, and keeps the bound of what may wait for
 * it on disk. Only output is ever left out for the bound: a job does not wait for a scheduler that is away.
 */
import { encodeFrame } from '../../proto/frame.ts';
import type { LeaseKey } from '../../proto/lease.ts';
import type { Message } from '../../proto/messages.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { gapBefore, type StreamName, type Taken, withGap } from './gaps.ts';
import type { Journal, JournalWrite } from './journal.ts';

/** Gaps in one lease's output; beyond them the rest is left out. */
const maxGaps = 1000;

/** See the head of this file. */
export class Outbox {
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #limitBytes: number;
  #lastSeq: number;
  #leavingOut = false;

  constructor(parts: { journal: Journal; clock: Clock; log: Log; limitBytes: number; lastSeq: number }) {
    this.#journal = parts.journal;
    this.#clock = parts.clock;
    this.#log = parts.log;
    this.#limitBytes = parts.limitBytes;
    this.#lastSeq = parts.lastSeq;
  }

  /** The number used last. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** A message with its number, to be committed at once. */
  enqueue(message: Message): Extract<JournalWrite, { kind: 'enqueue' }> {
    this.#lastSeq += 1;
    const seq = this.#lastSeq;
    return { kind: 'enqueue', seq, frame: encodeFrame({ seq, ack: 0, message }) };
  }

  /** The next piece of a stream as writes; undefined when it is left out. Notes in `taken` which. */
  piece(
    key: LeaseKey,
    taken: Taken,
    stream: StreamName,
    offset: number,
    data: Uint8Array,
  ): JournalWrite[] | undefined {
    const droppedBytes = gapBefore(taken.gaps, stream, offset);
    taken[stream] = Math.max(taken[stream], offset + data.length);
    if (this.#isFull() || (taken.gaps?.length ?? 0) >= maxGaps) {
      taken.gaps = withGap(taken.gaps ?? [], { stream, offset, bytes: data.length });
      return undefined;
    }
    return [
      this.enqueue(this.#chunk(key, stream, offset, data, droppedBytes)),
      { kind: 'taken', key, taken: structuredClone(taken) },
    ];
  }

  /** What was left out at the very end of a lease's output, which no later piece tells of. */
  lastGaps(key: LeaseKey, taken: Taken): Message[] {
    return (['stdout', 'stderr'] as const).flatMap((stream) => {
      const end = taken[stream];
      const dropped = gapBefore(taken.gaps, stream, end);
      return dropped === 0 ? [] : [this.#chunk(key, stream, end, new Uint8Array(), dropped)];
    });
  }

  /** Why output is left out; '' when it is not. */
  problem(): string {
    const mib = Math.round(this.#limitBytes / 2 ** 20);
    return this.#leavingOut
      ? `the outbox is full (${mib} MiB): output of jobs is left out until the scheduler takes it`
      : '';
  }

  /** Full at its bound, and until a quarter of it is free again: output is left out in few big pieces, not many. */
  #isFull(): boolean {
    const bytes = this.#journal.outboxBytes();
    const full = bytes >= (this.#leavingOut ? this.#limitBytes * 0.75 : this.#limitBytes);
    if (full !== this.#leavingOut) this.#log.warn('outbox', { full, bytes });
    this.#leavingOut = full;
    return full;
  }

  #chunk(key: LeaseKey, stream: StreamName, offset: number, data: Uint8Array, droppedBytes: number): Message {
    const { leaseId, epoch } = key;
    const unixMs = Math.round(this.#clock.wall());
    const dropped = droppedBytes === 0 ? {} : { droppedBytes };
    return {
      kind: 'logChunk',
      value: { leaseId, epoch, stderr: stream === 'stderr', offset, data, unixMs, ...dropped },
    };
  }
}
