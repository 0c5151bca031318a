import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHeap } from './heap.ts';

describe('a heap', () => {
  it('gives elements back in order, whatever the mixture of pushes and pops', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.integer(), fc.constant('pop' as const))), (steps) => {
        const heap = createHeap<number>((a, b) => a < b);
        const model: number[] = [];
        for (const step of steps) {
          if (step === 'pop') {
            expect(heap.pop()).toBe(model.shift());
          } else {
            heap.push(step);
            model.push(step);
            model.sort((a, b) => a - b);
          }
          expect(heap.peek()).toBe(model[0]);
          expect(heap.size).toBe(model.length);
        }
      }),
    );
  });

  it('shows elements in order and leaves them where they are, as many as are wanted', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.nat({ max: 20 }), (items, count) => {
        const heap = createHeap<number>((a, b) => a < b);
        for (const item of items) heap.push(item);
        const shown: number[] = [];
        const wasLast = heap.visit((item) => shown.push(item) > count);
        const sorted = items.toSorted((a, b) => a - b);
        expect(shown).toEqual(sorted.slice(0, count + 1));
        expect(wasLast).toBe(items.length > count);
        expect(items.map(() => heap.pop())).toEqual(sorted);
      }),
    );
  });

  it('keeps what is wanted', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), (items) => {
        const heap = createHeap<number>((a, b) => a < b);
        for (const item of items) heap.push(item);
        heap.keep((item) => item % 2 === 0);
        const even = items.filter((item) => item % 2 === 0).toSorted((a, b) => a - b);
        expect(heap.size).toBe(even.length);
        expect(even.map(() => heap.pop())).toEqual(even);
      }),
    );
  });
});
