/** Output that was left out because the outbox was full: which bytes of which stream. Pure. */

/** The two streams of a container. */
export type StreamName = 'stdout' | 'stderr';

/** Bytes of a stream that were never put into the outbox. */
export interface Gap {
  stream: StreamName;
  offset: number;
  bytes: number;
}

/** How far a container's output was taken, and what of it was left out, in order. */
export interface Taken {
  stdout: number;
  stderr: number;
  /** Absent: nothing. */
  gaps?: Gap[];
}

/** `gaps` with one more, which may go on where the last one of its stream ends. */
export function withGap(gaps: readonly Gap[], gap: Gap): Gap[] {
  const at = gaps.findLastIndex(({ stream }) => stream === gap.stream);
  const last = gaps[at];
  if (!last || last.offset + last.bytes !== gap.offset) return [...gaps, gap];
  return gaps.with(at, { ...last, bytes: last.bytes + gap.bytes });
}

/** Bytes left out just before `offset`. */
export function gapBefore(gaps: readonly Gap[] | undefined, name: StreamName, offset: number): number {
  const last = gaps?.findLast(({ stream }) => stream === name);
  return last && last.offset + last.bytes === offset ? last.bytes : 0;
}

/** Bytes of a stream that were left out. */
export function leftOut(gaps: readonly Gap[] | undefined, name: StreamName): number {
  return (gaps ?? []).reduce((sum, { stream, bytes }) => (stream === name ? sum + bytes : sum), 0);
}

/** The parts of `[from, to)` of a stream that were not left out. */
export function keptParts(
  gaps: readonly Gap[] | undefined,
  name: StreamName,
  from: number,
  to: number,
): [from: number, to: number][] {
  const parts: [number, number][] = [];
  let at = from;
  for (const { stream, offset, bytes } of gaps ?? []) {
    if (stream !== name || offset + bytes <= at || offset >= to) continue;
    if (offset > at) parts.push([at, offset]);
    at = offset + bytes;
  }
  if (at < to) parts.push([at, to]);
  return parts;
}
