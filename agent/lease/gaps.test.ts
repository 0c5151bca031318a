import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Gap, gapBefore, keptParts, leftOut, withGap } from './gaps.ts';

const gap = (offset: number, bytes: number, stream: Gap['stream'] = 'stdout'): Gap => ({
  stream,
  offset,
  bytes,
});

describe('gaps', () => {
  it('grow where they go on, also when the other stream comes between', () => {
    const gaps = [gap(10, 5), gap(0, 1, 'stderr'), gap(15, 5), gap(30, 1)].reduce(withGap, [] as Gap[]);
    expect(gaps).toEqual([gap(10, 10), gap(0, 1, 'stderr'), gap(30, 1)]);
    expect([
      gapBefore(gaps, 'stdout', 31),
      gapBefore(gaps, 'stdout', 20),
      gapBefore(gaps, 'stderr', 1),
    ]).toEqual([1, 0, 1]);
    expect([leftOut(gaps, 'stdout'), leftOut(gaps, 'stderr'), leftOut(undefined, 'stdout')]).toEqual([
      11, 1, 0,
    ]);
  });

  it('leave the rest: every byte is in a gap or in a part, once', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 40 }), fc.nat(45), fc.nat(45), (kept, a, b) => {
        const gaps = kept.reduce<Gap[]>((all, isKept, at) => (isKept ? all : withGap(all, gap(at, 1))), []);
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const parts = keptParts(gaps, 'stdout', from, to);
        const inside = parts.flatMap(([start, end]) =>
          Array.from({ length: end - start }, (_, i) => start + i),
        );
        const wanted = Array.from({ length: to - from }, (_, i) => from + i).filter(
          (at) => kept[at] !== false,
        );
        expect(inside).toEqual(wanted);
        expect(keptParts(gaps, 'stderr', from, to)).toEqual(from < to ? [[from, to]] : []);
      }),
    );
  });
});
