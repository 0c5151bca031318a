import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeId, parseAcceleratorId, parseOrg } from '../../proto/ids.ts';
import type { Offer } from '../../proto/messages.ts';
import type { Lease } from './lease.ts';
import { accept, type Exit, type LeaseEventIn, marginMs, nextTick, restore, step } from './machine.ts';
import { diagram, transitions } from './states.ts';

const empty = new Uint8Array(32);
const output = { stdoutBytes: 3, stderrBytes: 0, stdoutSha256: empty, stderrSha256: empty };
const offer: Offer = {
  leaseId: makeId('lease', new Uint8Array(20).fill(1)),
  epoch: 4,
  jobId: makeId('job', new Uint8Array(20).fill(2)),
  org: parseOrg('acme'),
  validForMs: 10_000,
  inventoryGeneration: 'g1',
  acceleratorIds: [parseAcceleratorId('nvidia:GPU-1'), parseAcceleratorId('nvidia:GPU-2')],
  acceleratorMilli: 1000,
  work: {
    image: 'busybox',
    command: ['true'],
    entrypoint: [],
    env: {},
    workingDir: '',
    user: '',
    cpuMilli: 1000,
    memoryBytes: 2 ** 20,
    diskBytes: 0,
    shmBytes: 0,
    pids: 10,
    network: 'none',
    readOnlyRoot: false,
    sandbox: '',
    graceMs: 10_000,
    onLost: 'stop',
    keepMs: 0,
  },
  maxDurationMs: 3_600_000,
};
const exit = (part: Partial<Exit> = {}): Exit => ({
  exitCode: 0,
  oomKilled: false,
  runMs: 1500,
  cpuMs: 20,
  cpuExact: true,
  memoryPeakBytes: 9,
  output,
  ...part,
});

/** Feeds events one after another, at 100 ms steps from 1000. */
function live(...events: LeaseEventIn[]): { lease: Lease | 'gone'; sent: string[] } {
  let lease: Lease | 'gone' = accept(offer, 'boot', 1000);
  const sent: string[] = [];
  events.forEach((event, i) => {
    if (lease === 'gone') return;
    const { next, send } = step(lease, event, 1000 + i * 100);
    lease = next;
    sent.push(...send.map((message) => message.kind));
  });
  return { lease, sent };
}
const commit: LeaseEventIn = { kind: 'committed', ttlMs: 30_000, maxDurationMs: 60_000, sentAt: 1000 };
const stop: LeaseEventIn = { kind: 'stop', reason: 'cancelled', message: 'by ops', graceMs: 500 };
const running = [commit, { kind: 'created', containerId: 'c1' }, { kind: 'started' }] as const;

const ended = (...events: LeaseEventIn[]): unknown => {
  const { lease } = live(...events);
  return lease === 'gone' ? 'gone' : lease.end;
};

describe('the lease machine', () => {
  it('has the transitions of its diagram', () => {
    const drawn = new Set(
      [...diagram.matchAll(/^(\w+)\s*-> (\w+)/gm)].map(([, from, to]) => `${from}>${to}`),
    );
    const table = new Set(
      Object.entries(transitions).flatMap(([from, tos]) => tos.map((to) => `${from}>${to}`)),
    );
    expect(drawn).toEqual(table);
  });

  it('ends a lease with the reason of its container', () => {
    expect(ended(...running, { kind: 'exited', exit: exit() })).toMatchObject({
      reason: 'completed',
      exitCode: 0,
      usage: { runMs: 1500, cardMs: 3000, cpuMs: 20, part: 1 },
    });
    expect(ended(...running, { kind: 'exited', exit: exit({ exitCode: 7 }) })).toMatchObject({
      reason: 'exit_nonzero',
      exitCode: 7,
    });
    expect(ended(...running, { kind: 'exited', exit: exit({ exitCode: 137 }) })).toMatchObject({
      reason: 'signal',
    });
    expect(
      ended(...running, { kind: 'exited', exit: exit({ exitCode: 137, oomKilled: true }) }),
    ).toMatchObject({ reason: 'oom' });
    expect(ended(...running, stop, { kind: 'exited', exit: exit({ exitCode: 0 }) })).toMatchObject({
      reason: 'cancelled',
      message: 'by ops',
    });
  });

  it('says why a lease failed: no image, a card that is gone, a container that could not be made', () => {
    const failed = (code: 'no_capacity' | 'device_unavailable' | 'image_not_found'): unknown =>
      ended(commit, { kind: 'failed', code, message: 'm', output });
    expect(failed('no_capacity')).toMatchObject({ reason: 'device_lost', errorCode: 'no_capacity' });
    expect(failed('device_unavailable')).toMatchObject({ reason: 'start_failed', message: 'm' });
    expect(failed('image_not_found')).toMatchObject({ reason: 'image_pull' });
  });

  it('never lends for longer than the offer asked for', () => {
    const lent = (maxDurationMs: number): unknown => {
      const { next } = step(accept({ ...offer, maxDurationMs }, 'boot', 1000), commit, 1000);
      return next !== 'gone' && next.maxDurationMs;
    };
    expect([lent(10_000), lent(60_000), lent(90_000), lent(0)]).toEqual([10_000, 60_000, 60_000, 60_000]);
  });

  it('keeps what was seen from inside, and tells the scheduler only of what is wrong', () => {
    const seen = (found: 'match' | 'mismatch'): LeaseEventIn => ({
      kind: 'looked_inside',
      found,
      detail: 'd',
    });
    const right = live(...running, seen('match'));
    expect(right).toMatchObject({ lease: { inside: { found: 'match', detail: 'd' } }, sent: ['leaseEvent'] });
    const wrong = live(...running, seen('mismatch'));
    expect(wrong).toMatchObject({ lease: { state: 'running' }, sent: ['leaseEvent', 'leaseEvent'] });
    expect(live(commit, seen('mismatch'))).toMatchObject({ lease: { state: 'starting' }, sent: [] });
    expect(live(...running, stop, seen('mismatch')).sent).toEqual(['leaseEvent', 'leaseEvent']);
  });

  it('charges a share of a card by its thousandths', () => {
    const half = { ...offer, acceleratorIds: offer.acceleratorIds.slice(0, 1), acceleratorMilli: 500 };
    const begun = step(accept(half, 'boot', 1000), commit, 1000).next;
    const over =
      begun === 'gone' ? 'gone' : step(begun, { kind: 'exited', exit: exit({ runMs: 1001 }) }, 2000).next;
    expect(over === 'gone' ? undefined : over.end?.usage.cardMs).toBe(500);
  });

  it('tells apart an image that could not be had from a container that could not start', () => {
    expect(ended(commit, { kind: 'failed', code: 'image_not_found', message: 'no', output })).toMatchObject({
      reason: 'image_pull',
      errorCode: 'image_not_found',
    });
    expect(ended(commit, { kind: 'failed', code: 'command_not_found', message: 'no', output })).toMatchObject(
      { reason: 'start_failed', errorCode: 'command_not_found' },
    );
  });

  it('drops an offer that is not committed in time, without a word', () => {
    const lease = accept(offer, 'boot', 1000);
    expect(nextTick(lease)).toBe(11_000);
    expect(step(lease, { kind: 'tick' }, 10_999).next).toBe(lease);
    expect(step(lease, { kind: 'tick' }, 11_000)).toEqual({ next: 'gone', send: [] });
    expect(step(lease, { ...commit }, 11_000).next).toBe(lease);
  });

  it('stops a lease that cannot be renewed at ttl - margin, with a grace within the margin', () => {
    const { lease } = live(...running);
    if (lease === 'gone') throw new Error('gone');
    expect(nextTick(lease)).toBe(1000 + 30_000 - marginMs);
    const { next } = step(lease, { kind: 'tick' }, nextTick(lease));
    expect(next).toMatchObject({ state: 'stopping', stop: { reason: 'lease_lost', graceMs: marginMs } });
  });

  it('counts ttl from before the request and never shortens by a late answer', () => {
    const { lease } = live(...running);
    if (lease === 'gone') throw new Error('gone');
    const later = step(lease, { kind: 'renewed', ttlMs: 30_000, sentAt: 9000 }, 15_000).next;
    expect(later === 'gone' ? 0 : nextTick(later)).toBe(9000 + 30_000 - marginMs);
    expect(
      later === 'gone' ? 0 : step(later, { kind: 'renewed', ttlMs: 30_000, sentAt: 2000 }, 15_100).next,
    ).toBe(later);
  });

  it('ends the time limit as deadline', () => {
    const { lease } = live(commit, { kind: 'started' }, { kind: 'renewed', ttlMs: 30_000, sentAt: 60_900 });
    if (lease === 'gone') throw new Error('gone');
    expect(step(lease, { kind: 'tick' }, 1100 + 60_000).next).toMatchObject({ stop: { reason: 'deadline' } });
  });

  it('lets a restart shorten a lease and never lengthen it', () => {
    const { lease } = live(...running);
    if (lease === 'gone') throw new Error('gone');
    expect(nextTick(restore(lease, 'boot', 20_000))).toBe(nextTick(lease));
    expect(nextTick(restore(lease, 'another boot', 50))).toBeLessThanOrEqual(50);
  });

  it('keeps over reboots how long a container is known to have run', () => {
    const { lease } = live(...running, { kind: 'renewed', ttlMs: 30_000, sentAt: 6000 });
    if (lease === 'gone') throw new Error('gone');
    const ranMs = 6000 - (lease.startedAt ?? 0);
    expect(restore(lease, 'boot', 50).ranMs).toBeUndefined();
    const rebooted = restore(lease, 'another boot', 50);
    expect([rebooted.ranMs, restore(rebooted, 'a third', 90_000).ranMs]).toEqual([ranMs, ranMs]);
  });

  const events = fc.oneof(
    fc.constantFrom<LeaseEventIn>(
      commit,
      stop,
      { kind: 'phase', phase: 'pulling', detail: '' },
      { kind: 'image_missing' },
      { kind: 'image_ready' },
      { kind: 'created', containerId: 'c' },
      { kind: 'started' },
      { kind: 'tick' },
      { kind: 'exited', exit: exit() },
      { kind: 'failed', code: 'image_not_found', message: '', output },
      { kind: 'vanished', output, runMs: 5 },
    ),
    fc.record({
      kind: fc.constant('renewed' as const),
      ttlMs: fc.integer({ min: 1, max: 60_000 }),
      sentAt: fc.integer({ min: 0, max: 100_000 }),
    }),
  );

  it('whatever happens: follows the table, ends at most once, and keeps its first stop reason', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(events, fc.nat({ max: 20_000 })), { maxLength: 30 }), (story) => {
        let lease: Lease | 'gone' = accept(offer, 'boot', 0);
        let now = 0;
        let ends = 0;
        for (const [event, wait] of story) {
          if (lease === 'gone') break;
          now += wait;
          const before: Lease = lease;
          const { next, send } = step(before, event, now);
          if (next !== 'gone' && next.state !== before.state)
            expect(transitions[before.state]).toContain(next.state);
          if (next !== 'gone' && before.stop) expect(next.stop).toBe(before.stop);
          if (next !== 'gone' && before.end) expect(next.end).toBe(before.end);
          ends += send.filter((message) => message.kind === 'leaseEnd').length;
          lease = next;
        }
        expect(ends).toBeLessThanOrEqual(1);
      }),
      { numRuns: 500 },
    );
  });

  it('always ends when its time has run out and its container is dead', () => {
    fc.assert(
      fc.property(fc.array(events, { maxLength: 20 }), (story) => {
        let lease: Lease | 'gone' = accept(offer, 'boot', 0);
        for (const event of story) if (lease !== 'gone') lease = step(lease, event, 10).next;
        for (const event of [
          { kind: 'tick' },
          { kind: 'tick' },
          { kind: 'vanished', output, runMs: 0 },
        ] as const) {
          if (lease !== 'gone') lease = step(lease, event, 10_000_000).next;
        }
        expect(lease === 'gone' || lease.state === 'ended').toBe(true);
      }),
    );
  });
});
