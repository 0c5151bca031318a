import { describe, expect, it } from 'vitest';
import { offerOf, workOf } from '../../test/fakes/offer.ts';
import { accept, step } from '../lease/machine.ts';
import type { Lease } from '../lease/lease.ts';
import { deadlineOf, guardEntry, guardText, readGuardText } from './guard.ts';

const head = { token: 't0', bootId: 'boot', agentPid: 7, agentStart: '99' };
const entry = { name: 'lease-a.1', pid: 42, start: '1234', termAt: 5000, killAt: 5200 };

function running(part: Parameters<typeof workOf>[0] = {}): Lease {
  const accepted = accept(offerOf({ work: workOf(part) }), 'boot', 1000);
  const committed = step(
    accepted,
    { kind: 'committed', ttlMs: 30_000, maxDurationMs: 9e9, sentAt: 1000 },
    1000,
  );
  const next = step(committed.next as Lease, { kind: 'started' }, 2000).next;
  return next as Lease;
}

describe('the file', () => {
  it('is read as it was written', () => {
    const text = guardText(head, [entry]);
    expect(text).toBe('suanlink-guard 1 t0 boot 7 99\n42 1234 5000 5200 lease-a.1\n');
    expect(readGuardText(text, 'boot')).toEqual([entry]);
  });

  it('of another boot or another form says nothing', () => {
    const text = guardText(head, [entry]);
    expect(readGuardText(text, 'other')).toEqual([]);
    expect(readGuardText(text.replace(' 1 ', ' 2 '), 'boot')).toEqual([]);
    expect(readGuardText('', 'boot')).toEqual([]);
    expect(readGuardText(`${text}x y\n-1 2 3 4 lease-b.1\n`, 'boot')).toEqual([entry]);
  });
});

describe('the deadline', () => {
  it('is the end of the ttl, later than the stop of the agent itself', () => {
    expect(deadlineOf(running())).toBe(31_000);
    expect(deadlineOf(running({ onLost: 'keep_until', keepMs: 5_000 }))).toBe(36_000);
  });

  it('leaves a granted grace alone', () => {
    const stop = { kind: 'stop', reason: 'cancelled', message: '', graceMs: 60_000 } as const;
    expect(deadlineOf(step(running(), stop, 10_000).next as Lease)).toBe(70_000);
  });

  it('is of committed leases only', () => {
    expect(deadlineOf(accept(offerOf(), 'boot', 0))).toBeUndefined();
    expect(deadlineOf({ ...running(), state: 'ended' })).toBeUndefined();
  });

  it('is told as uptime, whatever the clock of the agent counts from', () => {
    expect(guardEntry(entry, 31_000, { now: 1000, uptimeMs: 500_000 })).toMatchObject({
      termAt: 53_000,
      killAt: 53_200,
    });
    expect(guardEntry(entry, 0, { now: 1000, uptimeMs: 500 })).toMatchObject({ termAt: 1 });
  });
});

describe('a container that the guard has ended', () => {
  const output = {
    stdoutBytes: 0,
    stderrBytes: 0,
    stdoutSha256: new Uint8Array(32),
    stderrSha256: new Uint8Array(32),
  };
  const exit = (exitCode: number) => ({
    exitCode,
    oomKilled: false,
    runMs: 5,
    cpuMs: 1,
    cpuExact: true,
    memoryPeakBytes: 1,
    output,
  });
  const reasonAt = (now: number, exitCode: number): unknown => {
    const next = step(running(), { kind: 'exited', exit: exit(exitCode) }, now).next;
    return next === 'gone' ? next : next.end?.reason;
  };

  it('has lost its lease; one that ended by itself meanwhile has not', () => {
    expect(reasonAt(40_000, 137)).toBe('lease_lost');
    expect(reasonAt(20_000, 137)).toBe('signal');
    expect(reasonAt(40_000, 0)).toBe('completed');
    expect(reasonAt(40_000, 3)).toBe('exit_nonzero');
  });
});
