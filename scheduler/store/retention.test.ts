import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seed } from '../../test/scheduler/values.ts';
import { makeId } from '../../proto/ids.ts';
import { type EndedLog, expiredLogs, mostAtOnce } from './retention.ts';

const log = (n: number, bytes: number, endedUnixMs: number): EndedLog => ({
  ...{ leaseId: makeId('lease', seed(n)), epoch: n, bytes, endedUnixMs },
});
const rules = { ageMs: 100, totalBytes: 50 };
const picked = (logs: EndedLog[], total: number, now: number): string[] =>
  expiredLogs(logs, total, rules, now).map(({ epoch, why }) => `${epoch} ${why}`);

describe('the retention of logs', () => {
  it('takes what ended too long ago, and no more', () => {
    expect(picked([log(2, 1, 20), log(1, 1, 10), log(3, 1, 30)], 3, 121)).toEqual(['1 age', '2 age']);
  });

  it('takes the oldest of those that ended until the rest fits, whatever the live ones take', () => {
    const ended = [log(3, 30, 3), log(1, 30, 1), log(2, 30, 2)];
    expect(picked(ended, 90, 5)).toEqual(['1 room', '2 room']);
    expect(picked(ended, 50, 5)).toEqual([]);
    expect(picked(ended, 1090, 5)).toEqual(['1 room', '2 room', '3 room']);
  });

  it('takes a thousand at a time', () => {
    const many = Array.from({ length: mostAtOnce + 5 }, (_, n) => log(n, 1, n));
    expect(picked(many, 2000, 10_000)).toHaveLength(mostAtOnce);
  });

  it('leaves at most the room there is, oldest gone first, and nothing that is both young and fits', () => {
    const one = fc.record({ bytes: fc.nat({ max: 40 }), ended: fc.nat({ max: 300 }) });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 30 }), fc.nat({ max: 40 }), (some, liveBytes) => {
        const logs = some.map(({ bytes, ended }, n) => log(n, bytes, ended));
        const sum = (these: readonly { bytes: number }[]): number =>
          these.reduce((all, { bytes }) => all + bytes, 0);
        const total = sum(logs) + liveBytes;
        const gone = expiredLogs(logs, total, rules, 300);
        const epochs = new Set(gone.map(({ epoch }) => epoch));
        const kept = logs.filter(({ epoch }) => !epochs.has(epoch));
        for (const { endedUnixMs } of kept) expect(300 - endedUnixMs).toBeLessThanOrEqual(rules.ageMs);
        if (kept.length > 0) expect(total - sum(gone)).toBeLessThanOrEqual(rules.totalBytes);
        const newestGone = Math.max(
          -1,
          ...logs.filter(({ epoch }) => epochs.has(epoch)).map((l) => l.endedUnixMs),
        );
        for (const { endedUnixMs } of kept) expect(endedUnixMs).toBeGreaterThanOrEqual(newestGone);
        for (const { why, epoch } of gone)
          if (why === 'age') expect(300 - (logs[epoch]?.endedUnixMs ?? 300)).toBeGreaterThan(rules.ageMs);
      }),
    );
  });
});
