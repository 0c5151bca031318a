import { describe, expect, it } from 'vitest';
import { SuanlinkError } from '../../proto/codes.ts';
import { CommitQueue } from './commit-queue.ts';
import type { Write } from './store.ts';

const write = (value: number): Write => ({ kind: 'next_epoch', value });
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A disk that finishes a group, in their order, when it is told to. */
function slowDisk() {
  const groups: number[][] = [];
  const finishes: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const queue = new CommitQueue(
    (writes) => {
      groups.push(writes.flatMap((one) => (one.kind === 'next_epoch' ? [one.value] : [])));
      return new Promise<void>((resolve, reject) => finishes.push({ resolve, reject }));
    },
    (run) => queueMicrotask(run),
  );
  return {
    groups,
    queue,
    async done(error?: Error) {
      const finish = finishes.shift();
      if (error) finish?.reject(error);
      else finish?.resolve();
      await settled();
    },
  };
}

describe('a queue of commits', () => {
  it('groups what comes in one turn, and sends it without waiting for what is under way', async () => {
    const { queue, groups, done } = slowDisk();
    const order: number[] = [];
    const commit = (value: number) => queue.commit([write(value)]).then(() => order.push(value));
    const all = [commit(1), commit(2)];
    await settled();
    all.push(commit(3), commit(4));
    expect(groups).toEqual([[1, 2]]);
    await settled();
    expect(groups).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(order).toEqual([]);
    await done();
    expect(order).toEqual([1, 2]);
    await done();
    await Promise.all(all);
    expect(order).toEqual([1, 2, 3, 4]);
  });

  it('is done at once over what is done at once', () => {
    let applied = 0;
    const queue = new CommitQueue(
      () => {
        applied += 1;
      },
      (run) => run(),
    );
    void queue.commit([write(1)]);
    void queue.commit([write(2)]);
    expect(applied).toBe(2);
  });

  it('refuses everything that comes after a failure', async () => {
    const { queue, groups, done } = slowDisk();
    const all = [queue.commit([write(1)])];
    await settled();
    const results = Promise.allSettled(all);
    await done(new SuanlinkError('stale_epoch', 'no'));
    expect((await results).map((one) => one.status === 'rejected' && one.reason.code)).toEqual([
      'stale_epoch',
    ]);
    await expect(queue.commit([write(3)])).rejects.toMatchObject({ code: 'stale_epoch' });
    expect(groups).toEqual([[1]]);
  });

  it('tells those who wait, on their way or not, when there is nobody left to write', async () => {
    const { queue } = slowDisk();
    const all = [queue.commit([write(1)])];
    await settled();
    all.push(queue.commit([write(2)]));
    const results = Promise.allSettled(all);
    queue.fail(new SuanlinkError('storage_failed', 'gone'));
    expect((await results).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(queue.commit([write(3)])).rejects.toMatchObject({ code: 'storage_failed' });
    await queue.close();
  });

  it('is closed when everything that was asked before is on the disk', async () => {
    const { queue, groups, done } = slowDisk();
    const all = [queue.commit([write(1)])];
    await settled();
    all.push(queue.commit([write(2)]));
    let isClosed = false;
    const closing = queue.close().then(() => {
      isClosed = true;
    });
    await done();
    expect(isClosed).toBe(false);
    await done();
    await Promise.all(all);
    await closing;
    expect(groups).toEqual([[1], [2]]);
    await expect(queue.commit([])).rejects.toMatchObject({ code: 'unavailable' });
  });
});
