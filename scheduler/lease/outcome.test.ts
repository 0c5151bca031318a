import { describe, expect, it } from 'vitest';
import { type EndReason, endReasons } from '../../proto/lease.ts';
import type { LeaseRecord } from '../records.ts';
import { madeHere } from './machine.ts';
import { mayHaveRun, outcome, retryPauseMs } from './outcome.ts';

function ended(reason: EndReason, stop: LeaseRecord['stop'] = null, errorCode = ''): LeaseRecord {
  return { state: 'ended', stop, end: madeHere(reason, 0, { errorCode, message: '' }) } as LeaseRecord;
}

describe('the end of a lease', () => {
  it('means one of three things for its job, by its reason', () => {
    const meaning = (wanted: string): string[] =>
      endReasons.filter((reason) => outcome(ended(reason)) === wanted);
    expect(meaning('queued')).toEqual(['rejected', 'offer_expired']);
    expect(meaning('may_retry')).toEqual([
      'preempted',
      'lease_lost',
      'node_lost',
      'device_lost',
      'engine_lost',
      'owner_reclaimed',
    ]);
    expect(meaning('ends')).toHaveLength(endReasons.length - 8);
  });

  it('ends a job that was to end, whatever became of the node meanwhile', () => {
    for (const reason of ['cancelled', 'deadline'] as const)
      expect(outcome(ended('node_lost', { reason, message: '', graceMs: 0 }))).toBe('ends');
    expect(outcome(ended('node_lost', { reason: 'preempted', message: '', graceMs: 0 }))).toBe('may_retry');
  });

  it('ends a job whose work no node can take', () => {
    expect(outcome(ended('rejected', null, 'invalid_argument'))).toBe('ends');
  });

  it('says whether something may have run', () => {
    expect(mayHaveRun({ state: 'offered', end: null } as LeaseRecord)).toBe(false);
    expect(mayHaveRun({ state: 'committed', end: null } as LeaseRecord)).toBe(true);
    expect(mayHaveRun(ended('offer_expired'))).toBe(false);
    expect(mayHaveRun(ended('node_lost'))).toBe(true);
  });
});

describe('the pause before a retry', () => {
  it('is none at first, then doubles from 1 s to 5 min', () => {
    const pauses = [1, 2, 3, 4, 10, 11].map((retry) => retryPauseMs(retry, 'node_lost'));
    expect(pauses).toEqual([0, 1000, 2000, 4000, 256_000, 300_000]);
  });

  it('lets those go first for whom the cards were taken', () => {
    expect(retryPauseMs(1, 'preempted')).toBe(1000);
    expect(retryPauseMs(1, 'owner_reclaimed')).toBe(1000);
    expect(retryPauseMs(3, 'preempted')).toBe(2000);
  });
});
