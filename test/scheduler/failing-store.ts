/** A store that fails on purpose, and one whose commits the test lets through. */
import { SuanlinkError } from '../../proto/codes.ts';
import type { Store, Write } from '../../scheduler/store/store.ts';

/** `inner`, whose commit number `failAt` (from 1) and all after it fail. */
export function failingStore(inner: Store, failAt: number): Store {
  let commits = 0;
  return {
    ...inner,
    async commit(writes) {
      commits += 1;
      if (commits >= failAt) throw new SuanlinkError('storage_failed', 'the disk is full (on purpose)');
      await inner.commit(writes);
    },
  };
}

/** `inner`, with every commit waiting until `next` is called. */
export function heldStore(inner: Store): Store & { next(): Promise<void>; waiting: (readonly Write[])[] } {
  const gates: (() => void)[] = [];
  const waiting: (readonly Write[])[] = [];
  return {
    ...inner,
    waiting,
    async commit(writes) {
      waiting.push(writes);
      await new Promise<void>((resolve) => gates.push(resolve));
      await inner.commit(writes);
    },
    async next() {
      waiting.shift();
      gates.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
