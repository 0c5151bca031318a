import { describe, expect, it } from 'vitest';
import { StepClock } from '../test/fakes/agent-core.ts';
import { leaseIdOf, offerOf } from '../test/fakes/offer.ts';
import type { LeaseKey } from '../proto/lease.ts';
import type { Message, Renewal } from '../proto/messages.ts';
import type { Lease } from './lease/lease.ts';
import { accept } from './lease/machine.ts';
import { Renewer } from './renewer.ts';

const running = (n: number, ttlMs = 30_000): Lease => ({
  ...accept(offerOf({ leaseId: leaseIdOf(n) }), 'boot', 0),
  state: 'running',
  ttlMs,
});
const stray = { leaseId: leaseIdOf(9), epoch: 4 };

function world(leases: Lease[], strays: LeaseKey[] = []) {
  const clock = new StepClock();
  const sent: { request: number; leases: LeaseKey[]; at: number }[] = [];
  const done: string[] = [];
  const state = { connected: true };
  const renewer = new Renewer({
    clock,
    random: () => 0,
    ports: {
      leases: () => leases,
      strays: () => strays,
      send: (message: Message) => {
        if (state.connected && message.kind === 'renew')
          sent.push({ ...message.value, leases: message.value.leases, at: clock.now() });
        return state.connected;
      },
      keep: (key, ttlMs, sentAt) => void done.push(`keep ${key.epoch} ${ttlMs} from ${sentAt}`),
      stop: (key, reason) => void done.push(`stop ${key.epoch} ${reason}`),
      disown: (key) => void done.push(`disown ${key.epoch}`),
    },
  });
  const answer = (request: number, verdict: Renewal['verdict'], key: LeaseKey, more: object = {}): void => {
    const { leaseId, epoch } = key;
    const base = { ttlMs: 30_000, stopReason: '' as const, graceMs: 5 };
    renewer.answered({ request, renewals: [{ leaseId, epoch, verdict, ...base, ...more }] });
  };
  return { renewer, clock, sent, done, answer, state };
}

describe('renewals', () => {
  it('ask at every third of the shortest ttl, for all at once', async () => {
    const { renewer, clock, sent } = world([running(1), running(2, 6_000)]);
    renewer.start();
    await clock.advance(4_000);
    expect(sent.map(({ at }) => at)).toEqual([3_000, 5_000]);
    expect(sent[0]?.leases).toEqual([
      { leaseId: leaseIdOf(1), epoch: 1 },
      { leaseId: leaseIdOf(2), epoch: 1 },
    ]);
    renewer.stop();
    await clock.advance(60_000);
    expect(sent).toHaveLength(2);
  });

  it('are brought forward by a lease with a shorter ttl', async () => {
    const leases = [running(1)];
    const { renewer, clock, sent } = world(leases);
    renewer.start();
    leases.push(running(2, 600));
    renewer.wake();
    await clock.advance(200);
    expect(sent).toHaveLength(1);
  });

  it('count from before the question, and not after another session has begun', async () => {
    const { renewer, clock, done, answer } = world([running(1)]);
    renewer.session();
    await clock.advance(2_000);
    answer(1, 'keep', running(1));
    answer(7, 'keep', running(1));
    renewer.session();
    answer(1, 'keep', running(1));
    expect(done).toEqual(['keep 1 30000 from 1000']);
  });

  it('are not counted as asked when there is no session', async () => {
    const { renewer, done, answer, state } = world([running(1)]);
    state.connected = false;
    renewer.session();
    answer(1, 'keep', running(1));
    expect(done).toEqual([]);
  });

  it('stop a lease for the reason given, or as lost', () => {
    const { renewer, done, answer } = world([running(1)]);
    renewer.session();
    answer(1, 'stop', running(1), { stopReason: 'preempted' });
    answer(1, 'stop', running(1));
    expect(done).toEqual(['stop 1 preempted', 'stop 1 lease_lost']);
  });
});

describe('a container that no lease knows', () => {
  it('is asked for, and taken away only when the scheduler says that it knows nothing of it', async () => {
    const { renewer, clock, sent, done, answer } = world([], [stray]);
    renewer.session();
    expect(sent[0]?.leases).toEqual([stray]);
    await clock.advance(600_000); // silence
    renewer.answered({ request: 1, renewals: [] }); // an empty list
    answer(sent.at(-1)?.request ?? 0, 'keep', stray, { ttlMs: 1 });
    answer(sent.at(-1)?.request ?? 0, 'stop', stray);
    expect(done.filter((what) => what.startsWith('disown'))).toEqual([]);
    answer(sent.at(-1)?.request ?? 0, 'unknown', stray);
    expect(done.at(-1)).toBe('disown 4');
  });
});
