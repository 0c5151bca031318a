/**
 * The last lines of each lease's output, for the operator who looks. Bounded in lines and bytes per lease, and in leases;
 * the whole output goes to the scheduler, not here. Pure but for its own buffers.
 */
import type { LogLine } from '../../proto/status.ts';

/** Kept of each lease. */
const maxLines = 300;
const maxBytes = 48 * 1024;
/** A longer line is cut. */
const maxLineLength = 2_000;
/** Leases whose lines are kept; the one that has been silent for longest goes first. */
const maxLeases = 64;

type Stream = LogLine['stream'];

interface Tail {
  lines: LogLine[];
  bytes: number;
  next: number;
  streams: Record<Stream, { decoder: TextDecoder; rest: string }>;
}

function newTail(): Tail {
  const stream = (): { decoder: TextDecoder; rest: string } => ({ decoder: new TextDecoder(), rest: '' });
  return { lines: [], bytes: 0, next: 1, streams: { stdout: stream(), stderr: stream() } };
}

/** See the head of this file. */
export class LogTails {
  readonly #tails = new Map<string, Tail>();

  /** Takes the next piece of a lease's output; `at` is when, as RFC 3339. */
  take(leaseId: string, stream: Stream, data: Uint8Array, at: string): void {
    const tail = this.#tails.get(leaseId) ?? newTail();
    // Moved to the end: the first in the map is the one that was silent for longest.
    this.#tails.delete(leaseId);
    this.#tails.set(leaseId, tail);
    if (this.#tails.size > maxLeases) this.#tails.delete(this.#tails.keys().next().value ?? '');
    const from = tail.streams[stream];
    const lines = (from.rest + from.decoder.decode(data, { stream: true })).split('\n');
    from.rest = (lines.pop() ?? '').slice(0, maxLineLength);
    for (const text of lines)
      add(tail, { stream, text: text.replace(/\r$/, '').slice(0, maxLineLength), at });
  }

  /** Lines after number `after`, oldest first; a line that has no end yet is not among them. */
  lines(leaseId: string, after: number): LogLine[] {
    return (this.#tails.get(leaseId)?.lines ?? []).filter(({ number }) => number > after);
  }

  /** The lease has ended: what it wrote last need not have ended in a newline. */
  finish(leaseId: string, at: string): void {
    const tail = this.#tails.get(leaseId);
    if (!tail) return;
    for (const stream of ['stdout', 'stderr'] as const) {
      const { rest } = tail.streams[stream];
      tail.streams[stream].rest = '';
      if (rest !== '') add(tail, { stream, text: rest, at });
    }
  }
}

function add(tail: Tail, line: Omit<LogLine, 'number'>): void {
  tail.lines.push({ number: tail.next, ...line });
  tail.next += 1;
  tail.bytes += line.text.length;
  while (tail.lines.length > maxLines || tail.bytes > maxBytes)
    tail.bytes -= tail.lines.shift()?.text.length ?? 0;
}
