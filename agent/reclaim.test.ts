import { describe, expect, test } from 'vitest';
import { parseId } from '../proto/ids.ts';
import { reclaim, type Wanted } from './reclaim.ts';

const leaseId = parseId('lease', `lease-${'a'.repeat(20)}`);
const lease = (state: string, ...acceleratorIds: string[]) => ({
  leaseId,
  epoch: 1,
  state,
  offer: { acceleratorIds },
});
const used = new Map([['a', 'pid 7']]);
const nobody: Wanted = new Map();

describe('a lease on a card that the owner uses', () => {
  test('goes on for the notice and is stopped then', () => {
    const running = [lease('running', 'b', 'a')];
    const first = reclaim(nobody, used, running, 1000, 5000);
    expect(first).toMatchObject({ stop: [], nextAtMs: 6000 });
    expect(reclaim(first.wanted, used, running, 1000, 5999).nextAtMs).toBe(6000);
    expect(reclaim(first.wanted, used, running, 1000, 6000).stop).toEqual([
      { lease: running[0], usedBy: 'pid 7' },
    ]);
  });

  test('goes on when the owner has gone meanwhile, and has the whole notice the next time', () => {
    const running = [lease('running', 'a')];
    const first = reclaim(nobody, used, running, 1000, 5000);
    const gone = reclaim(first.wanted, new Map(), running, 1000, 5500);
    expect(gone).toMatchObject({ stop: [], nextAtMs: Number.POSITIVE_INFINITY });
    expect(reclaim(gone.wanted, used, running, 1000, 6000).nextAtMs).toBe(7000);
  });

  test('is left alone when it is stopping or has ended, and so is one on another card', () => {
    const others = [lease('stopping', 'a'), lease('ended', 'a'), lease('running', 'b')];
    expect(reclaim(nobody, used, others, 0, 5000)).toMatchObject({
      stop: [],
      nextAtMs: Number.POSITIVE_INFINITY,
    });
  });
});
