import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { offerOf } from '../../test/fakes/offer.ts';
import type { Lease } from './lease.ts';
import { accept } from './machine.ts';
import { type Facts, type Observed, planLease } from './plan.ts';
import type { LeaseState } from './states.ts';

const base = accept(offerOf(), 'boot', 0);
const quiet: Facts = { followed: false, acknowledged: false, stopSent: false, runOut: false };
const none: Observed = { container: 'none' };
const seen = (container: 'created' | 'running' | 'exited'): Observed => ({ container, id: 'c' });
const plan = (
  state: LeaseState,
  observed: Observed,
  part: Partial<Lease> = {},
  facts: Partial<Facts> = {},
): string => {
  const step = planLease({ ...base, state, ...part }, observed, { ...quiet, ...facts });
  return step.kind === 'wait' ? `wait for ${step.reason}` : step.kind;
};

describe('planLease', () => {
  it.each<[string, LeaseState, Observed, Partial<Lease>, Partial<Facts>]>([
    ['wait for commit', 'accepted', none, {}, {}],
    ['create', 'starting', none, {}, {}],
    ['pull', 'starting', none, { needsPull: true }, {}],
    ['start', 'starting', seen('created'), {}, {}],
    ['adopt', 'starting', seen('running'), {}, {}],
    ['wait for stop', 'starting', none, {}, { runOut: true }],
    ['wait for stop', 'starting', none, { needsPull: true }, { runOut: true }],
    ['wait for stop', 'starting', seen('created'), {}, { runOut: true }],
    ['adopt', 'starting', seen('running'), {}, { runOut: true }],
    ['wait for exit', 'running', seen('running'), { startedAt: 1 }, { followed: true }],
    ['adopt', 'running', seen('running'), { startedAt: 1 }, {}],
    ['collect', 'running', seen('exited'), { startedAt: 1 }, {}],
    ['collect', 'running', seen('created'), { startedAt: 1 }, {}],
    ['vanished', 'running', none, { startedAt: 1 }, {}],
    ['abandon', 'stopping', none, {}, {}],
    ['vanished', 'stopping', none, { startedAt: 1 }, {}],
    ['remove', 'stopping', seen('created'), {}, {}],
    ['collect', 'stopping', seen('created'), { startedAt: 1 }, {}],
    ['stop', 'stopping', seen('running'), { startedAt: 1 }, { followed: true }],
    ['wait for stop', 'stopping', seen('running'), { startedAt: 1 }, { followed: true, stopSent: true }],
    ['adopt', 'stopping', seen('running'), { startedAt: 1 }, {}],
    ['collect', 'stopping', seen('exited'), { startedAt: 1 }, {}],
    ['remove', 'ended', seen('exited'), {}, {}],
    ['remove', 'ended', seen('running'), {}, {}],
    ['wait for acknowledgement', 'ended', none, {}, {}],
    ['forget', 'ended', none, {}, { acknowledged: true }],
  ])('%s when %s and %o', (step, state, observed, part, facts) => {
    expect(plan(state, observed, part, facts)).toBe(step);
  });

  it('makes or starts nothing that is not committed, and forgets nothing that is not acknowledged', () => {
    const anything = fc.record({
      state: fc.constantFrom<LeaseState>('accepted', 'starting', 'running', 'stopping', 'ended'),
      observed: fc.constantFrom(none, seen('created'), seen('running'), seen('exited')),
      needsPull: fc.boolean(),
      started: fc.boolean(),
      facts: fc.record({
        followed: fc.boolean(),
        acknowledged: fc.boolean(),
        stopSent: fc.boolean(),
        runOut: fc.boolean(),
      }),
    });
    fc.assert(
      fc.property(anything, ({ state, observed, needsPull, started, facts }) => {
        const { kind } = planLease(
          { ...base, state, needsPull, ...(started ? { startedAt: 1 } : {}) },
          observed,
          facts,
        );
        if (kind === 'create' || kind === 'start' || kind === 'pull')
          expect([state, facts.runOut]).toEqual(['starting', false]);
        if (kind === 'forget')
          expect([state, facts.acknowledged, observed.container]).toEqual(['ended', true, 'none']);
        if (kind === 'remove')
          expect(state === 'ended' || (state === 'stopping' && observed.container === 'created')).toBe(true);
      }),
    );
  });
});
