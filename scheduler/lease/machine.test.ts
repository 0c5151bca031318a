import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seed, spec } from '../../test/scheduler/values.ts';
import { makeId, parseOrg } from '../../proto/ids.ts';
import { phases } from '../../proto/lease.ts';
import { liveLease } from '../pool/offer.ts';
import { defaultTimes, type Lease } from './lease.ts';
import { acceptBy, deadline, type LeaseEventIn, madeHere, restore, step } from './machine.ts';
import { outcome } from './outcome.ts';
import { leaseStates, sourcesOf, transitions } from './states.ts';

function offered(changes: Partial<Lease> = {}, job = spec()): Lease {
  const record = {
    leaseId: makeId('lease', seed(1)),
    epoch: 1,
    jobId: makeId('job', seed(1)),
    org: parseOrg('acme'),
    nodeId: makeId('node', seed(1)),
    nodeName: 'n1',
    model: 'A100',
    acceleratorIds: [],
    acceleratorMilli: 1000,
    inventoryGeneration: 'g1',
    price: { tariff: 't', cardHourMicroYuan: 0, cpuHourMicroYuan: 0 },
    ttlMs: 30_000,
    state: 'offered' as const,
    stop: null,
    grantedUnixMs: 0,
    end: null,
    logRemovedUnixMs: null,
  };
  return { ...liveLease(record, job, defaultTimes, 0), ...changes };
}

/** The lease after events at their times. */
function after(events: [number, LeaseEventIn][], from = offered()): Lease {
  return events.reduce((lease, [now, event]) => step(lease, event, now, 1_000_000 + now).next, from);
}

const cancel: LeaseEventIn = {
  kind: 'stop',
  stop: { reason: 'cancelled', message: 'enough', graceMs: 2000 },
};
const preempt: LeaseEventIn = {
  kind: 'stop',
  stop: { reason: 'preempted', message: 'others first', graceMs: 60_000 },
};
const agentEnd: LeaseEventIn = {
  kind: 'ended',
  end: { ...madeHere('completed', 5, { message: '' }), exitCode: 0 },
};
const accepted: LeaseEventIn = { kind: 'accepted' };
const running: LeaseEventIn = { kind: 'phase', phase: 'running', detail: '' };

describe('a lease', () => {
  it('goes offered, committed, running, ended', () => {
    const { next, send } = step(offered(), accepted, 5, 0);
    expect(next).toMatchObject({ state: 'committed', renewedAt: 5 });
    expect(send).toEqual([
      { kind: 'commit', value: { leaseId: next.leaseId, epoch: 1, ttlMs: 30_000, maxDurationMs: 3_600_000 } },
    ]);
    const end = after(
      [
        [6, running],
        [9, agentEnd],
      ],
      next,
    );
    expect(end).toMatchObject({ state: 'ended', end: { reason: 'completed', exitCode: 0 } });
    expect(outcome(end)).toBe('ends');
  });

  it('takes an Accept only while the Commit can still arrive in time', () => {
    expect(acceptBy(offered())).toBe(8000);
    expect(after([[8000, accepted]]).state).toBe('committed');
    expect(after([[8001, accepted]]).state).toBe('offered');
  });

  it('answers a repeated Accept with the Commit again, and gains no time by it', () => {
    const lease = after([[5, accepted]]);
    const again = step(lease, accepted, 100, 0);
    expect(again.next).toBe(lease);
    expect(again.send.map(({ kind }) => kind)).toEqual(['commit']);
  });

  it.each([
    ['offer_expired', [[10_000, { kind: 'tick' }]], 'queued'],
    ['rejected', [[1, { kind: 'rejected', code: 'no_capacity', message: '' }]], 'queued'],
    ['rejected', [[1, { kind: 'rejected', code: 'invalid_argument', message: '' }]], 'ends'],
    [
      'rejected',
      [
        [1, accepted],
        [2, { kind: 'rejected', code: 'stale_epoch', message: '' }],
      ],
      'queued',
    ],
    ['cancelled', [[1, cancel]], 'ends'],
    ['offer_expired', [[1, preempt]], 'queued'],
    [
      'preempted',
      [
        [1, accepted],
        [2, preempt],
        [3, { kind: 'not_held' }],
      ],
      'may_retry',
    ],
    [
      'node_lost',
      [
        [1, accepted],
        [35_001, { kind: 'tick' }],
      ],
      'may_retry',
    ],
    [
      'rejected',
      [
        [1, accepted],
        [2, { kind: 'not_held' }],
      ],
      'queued',
    ],
    [
      'engine_lost',
      [
        [1, accepted],
        [2, running],
        [3, { kind: 'not_held' }],
      ],
      'may_retry',
    ],
    [
      'cancelled',
      [
        [1, accepted],
        [2, cancel],
        [3, { kind: 'not_held' }],
      ],
      'ends',
    ],
    [
      'node_lost',
      [
        [1, accepted],
        [2, cancel],
        [37_002, { kind: 'tick' }],
      ],
      'ends',
    ],
  ] satisfies [string, [number, LeaseEventIn][], string][])(
    'may end as %s after %j: its job %s',
    (reason, events, then) => {
      const lease = after(events);
      expect(lease.end?.reason).toBe(reason);
      expect(outcome(lease)).toBe(then);
    },
  );

  it.each([
    ['an end before the Commit', [[1, agentEnd]], 'offered'],
    ['a phase before the Commit', [[1, running]], 'offered'],
    ['an offer that the node does not list', [[1, { kind: 'not_held' }]], 'offered'],
    [
      'a refusal of running work',
      [
        [1, accepted],
        [2, running],
        [3, { kind: 'rejected', code: 'stale_epoch', message: '' }],
      ],
      'running',
    ],
    [
      'another refusal after the Commit',
      [
        [1, accepted],
        [3, { kind: 'rejected', code: 'no_capacity', message: '' }],
      ],
      'committed',
    ],
    [
      'a tick too early',
      [
        [1, accepted],
        [35_000, { kind: 'tick' }],
      ],
      'committed',
    ],
    [
      'a second stop',
      [
        [1, accepted],
        [2, cancel],
        [3, { kind: 'stop', stop: { reason: 'preempted', message: '', graceMs: 1 } }],
      ],
      'stopping',
    ],
  ] satisfies [string, [number, LeaseEventIn][], string][])(
    'is not changed by %s',
    (_name, events, state) => {
      const lease = after(events);
      expect(lease.state).toBe(state);
      expect(lease.stop?.reason).not.toBe('preempted');
    },
  );

  it('is lost one ttl and margin after its last renewal, later for keep_until', () => {
    expect(
      deadline(
        after([
          [5, accepted],
          [1000, { kind: 'renewed' }],
        ]),
      ),
    ).toBe(36_000);
    const keeping = offered({}, spec({ on_lost: 'keep_until', keep_ms: 60_000 }));
    expect(deadline(after([[5, accepted]], keeping))).toBe(95_005);
  });

  it('may use its grace to stop without renewing', () => {
    const slow: LeaseEventIn = { kind: 'stop', stop: { reason: 'cancelled', message: '', graceMs: 100_000 } };
    expect(
      deadline(
        after([
          [0, accepted],
          [10, slow],
        ]),
      ),
    ).toBe(135_010);
  });

  it('is told to stop when its time limit is long past', () => {
    const lease = after(
      [
        [0, accepted],
        [10, running],
      ],
      offered({}, spec({ time_limit_ms: 1000, grace_ms: 50 })),
    );
    expect(deadline(lease)).toBe(35_000);
    const renewed = after([[30_000, { kind: 'renewed' }]], lease);
    expect(deadline(renewed)).toBe(10 + 1000 + 50 + 35_000);
    const { next, send } = step(renewed, { kind: 'tick' }, 36_060, 0);
    expect(next).toMatchObject({ state: 'stopping', stop: { reason: 'deadline' } });
    expect(send.map(({ kind }) => kind)).toEqual(['stop']);
  });

  it('gets its full time once more when the scheduler starts again', () => {
    const lease = restore(
      after([
        [5, accepted],
        [9, running],
      ]),
      1_000_000,
    );
    expect(deadline(lease)).toBe(1_035_000);
    expect(deadline(restore(offered(), 1_000_000))).toBe(1_010_000);
    expect(
      deadline(
        restore(
          after([
            [5, accepted],
            [6, cancel],
          ]),
          1_000_000,
        ),
      ),
    ).toBe(1_037_000);
  });
});

describe('whatever happens', () => {
  const event = fc.oneof(
    fc.constantFrom<LeaseEventIn>(
      accepted,
      cancel,
      agentEnd,
      { kind: 'renewed' },
      { kind: 'not_held' },
      { kind: 'tick' },
    ),
    fc.record({
      kind: fc.constant('rejected' as const),
      code: fc.constantFrom('no_capacity', 'stale_epoch'),
      message: fc.constant(''),
    }),
    fc.record({
      kind: fc.constant('phase' as const),
      phase: fc.constantFrom(...phases),
      detail: fc.constant(''),
    }),
  );
  const life = fc.array(fc.tuple(fc.nat({ max: 20_000 }), event), { maxLength: 30 });

  it('only drawn transitions are taken, and an end is for ever', () => {
    fc.assert(
      fc.property(life, (steps) => {
        let lease = offered();
        let now = 0;
        for (const [passed, one] of steps) {
          now += passed;
          const { next } = step(lease, one, now, now);
          if (next.state !== lease.state) {
            expect(transitions[lease.state]).toContain(next.state);
            expect(sourcesOf(next.state)).toContain(lease.state);
          }
          if (lease.state === 'ended') expect(next).toBe(lease);
          expect(next.end === null).toBe(next.state !== 'ended');
          lease = next;
        }
      }),
    );
  });

  it('time alone ends it', () => {
    fc.assert(
      fc.property(life, (steps) => {
        let now = 0;
        let lease = offered();
        for (const [passed, one] of steps) {
          now += passed;
          lease = step(lease, one, now, now).next;
        }
        for (let i = 0; i < 4 && lease.state !== 'ended'; i += 1) {
          now = Math.max(now, deadline(lease));
          lease = step(lease, { kind: 'tick' }, now, now).next;
        }
        expect(lease.state).toBe('ended');
      }),
    );
  });

  it('the sources of every state are those that lead to it', () => {
    for (const to of leaseStates)
      expect(sourcesOf(to)).toEqual(leaseStates.filter((from) => transitions[from].includes(to)));
  });
});
