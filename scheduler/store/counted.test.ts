import { describe, expect, it } from 'vitest';
import { parseId } from '../../proto/ids.ts';
import { countCommits } from './counted.ts';
import type { Store, Write } from './store.ts';

const leaseId = parseId('lease', `lease-${'a'.repeat(20)}`);

function bed() {
  let now = 1_000;
  let pending = Promise.withResolvers<void>();
  const store = { commit: () => pending.promise } as unknown as Store;
  const counted = countCommits(store, () => now);
  return {
    ...counted,
    pass: (ms: number) => void (now += ms),
    now: () => now,
    answer: () => pending.resolve(),
    refuse: () => pending.reject(new Error('full')),
    next: () => void (pending = Promise.withResolvers()),
  };
}

const end = (reason: string): Write =>
  ({
    kind: 'lease_state',
    leaseId,
    epoch: 1,
    from: [],
    state: 'ended',
    stop: null,
    end: { reason },
  }) as unknown as Write;

describe('a counted store', () => {
  it('counts commits, their time, and how leases ended, once that is durable', async () => {
    const { store, commits, pass, now, answer } = bed();
    const done = store.commit([end('completed'), end('oom'), { kind: 'next_epoch', value: 2 }]);
    pass(40);
    expect([commits.count, commits.waitingMs(now()), [...commits.ended]]).toEqual([0, 40, []]);
    answer();
    await done;
    expect([commits.count, commits.totalMs, commits.waitingMs(now())]).toEqual([1, 40, 0]);
    expect(Object.fromEntries(commits.ended)).toEqual({ completed: 1, oom: 1 });
  });

  it('remembers that one has failed, and counts none of it', async () => {
    const { store, commits, refuse } = bed();
    const done = store.commit([end('completed')]);
    refuse();
    await expect(done).rejects.toThrow('full');
    expect([commits.failed, commits.count, commits.ended.size]).toEqual([true, 0, 0]);
  });
});
