import { describe, expect, it } from 'vitest';
import { inventory, StepClock } from '../test/fakes/agent-core.ts';
import { leaseIdOf, offerOf } from '../test/fakes/offer.ts';
import { silentLog } from './base/log.ts';
import type { Drain } from './drain.ts';
import { accept } from './lease/machine.ts';
import type { Lease } from './lease/lease.ts';
import { Withdrawals } from './withdraw.ts';

const running = (n: number): Lease => ({
  ...accept(offerOf({ leaseId: leaseIdOf(n), acceleratorIds: [] }), 'boot', 0),
  state: 'running',
});

function world(
  leases: Lease[],
  notes = new Map<string, string>(),
  { clock = new StepClock(), bootId = 'boot' } = {},
) {
  const ended: string[] = [];
  const drained: (Drain | undefined)[] = [];
  const state = { inventory, used: new Map<string, string>() };
  const withdrawals = new Withdrawals({
    clock,
    log: silentLog,
    bootId,
    noticeMs: 5_000,
    ports: {
      leases: () => leases,
      end: (lease, reason, message) => {
        ended.push(`${reason}: ${message}`);
        lease.state = 'stopping';
      },
      inventory: () => state.inventory,
      used: () => state.used,
      note: (name) => notes.get(name),
      putNote: async (name, value) => {
        if (value === undefined) notes.delete(name);
        else notes.set(name, value);
      },
      drained: (drain) => void drained.push(drain),
    },
  });
  withdrawals.restore();
  return { withdrawals, ended, drained, notes, clock, state };
}

describe('a drain', () => {
  it('without a deadline lets leases run', async () => {
    const { withdrawals, ended, drained, clock } = world([running(1)]);
    await withdrawals.drain('fan', undefined);
    expect(drained).toEqual([{ reason: 'fan', bootId: 'boot' }]);
    await clock.advance(10 * 86_400_000);
    expect(ended).toEqual([]);
  });

  it('ends what still runs at its deadline, and what begins to run later', async () => {
    const leases = [running(1), { ...running(2), state: 'ended' as const }];
    const { withdrawals, ended, clock } = world(leases);
    await withdrawals.drain('fan', 60_000);
    await clock.advance(59_999);
    expect(ended).toEqual([]);
    await clock.advance(1);
    expect(ended).toEqual(['owner_reclaimed: the node is drained: fan']);
    leases.push(running(3));
    withdrawals.check();
    expect(ended).toHaveLength(2);
  });

  it('can be given another deadline, or be ended', async () => {
    const { withdrawals, ended, drained, clock, notes } = world([running(1)]);
    await withdrawals.drain('fan', 1_000);
    await withdrawals.drain('fan and memory', 5_000);
    await clock.advance(4_000);
    expect(ended).toEqual([]);
    await withdrawals.undrain();
    await clock.advance(60_000);
    expect(ended).toEqual([]);
    expect(drained.at(-1)).toBeUndefined();
    expect(notes.size).toBe(0);
  });

  it('outlives the agent, with what is left of its deadline', async () => {
    const { withdrawals, notes, clock } = world([running(1)]);
    await withdrawals.drain('fan', 60_000);
    withdrawals.stop();
    await clock.advance(40_000);
    const next = world([running(1)], notes, { clock });
    expect(next.drained).toEqual([{ reason: 'fan', bootId: 'boot', deadline: 61_000 }]);
    next.withdrawals.check();
    await clock.advance(19_999);
    expect(next.ended).toEqual([]);
    await clock.advance(1);
    expect(next.ended).toHaveLength(1);
  });

  it('of another boot is over its deadline, but not over', async () => {
    const { withdrawals, notes } = world([]);
    await withdrawals.drain('fan', 60_000);
    const next = world([running(1)], notes, { bootId: 'other' });
    next.withdrawals.check();
    expect(next.drained).toMatchObject([{ reason: 'fan', bootId: 'other' }]);
    expect(next.ended).toHaveLength(1);
  });

  it('without a deadline stays without one in another boot', async () => {
    const { withdrawals, notes, clock } = world([]);
    await withdrawals.drain('fan', undefined);
    const next = world([running(1)], notes, { bootId: 'other', clock });
    next.withdrawals.check();
    await clock.advance(86_400_000);
    expect(next.ended).toEqual([]);
  });
});

describe('the one path', () => {
  it('ends a lease for the first reason that comes up, once', async () => {
    const lease = { ...running(1), offer: offerOf() };
    const { withdrawals, ended, state, clock } = world([lease]);
    state.used = new Map([['nvidia:GPU-1', 'pid 7']]);
    withdrawals.check();
    await clock.advance(4_000);
    state.inventory = {
      ...inventory,
      accelerators: inventory.accelerators.map((card) => ({ ...card, health: 'failed' as const })),
    };
    withdrawals.check();
    await clock.advance(10_000);
    expect(ended).toEqual([
      'device_lost: accelerator nvidia:GPU-1 has failed: ; accelerator nvidia:GPU-2 has failed: ',
    ]);
  });

  it('gives the owner the cards back after the notice, and everything when the hours are over', async () => {
    const lease = { ...running(1), offer: offerOf() };
    const { withdrawals, ended, state, clock } = world([lease, running(2)]);
    state.used = new Map([['nvidia:GPU-2', 'pid 7']]);
    withdrawals.check();
    await clock.advance(5_000);
    expect(ended).toEqual(['owner_reclaimed: the owner uses the accelerator: pid 7']);
    state.inventory = {
      ...inventory,
      ownerPolicy: { allowOrgs: [], denyOrgs: [], hours: 'Mon 1-2', windowLeftMs: 0 },
    };
    withdrawals.check();
    expect(ended[1]).toBe("owner_reclaimed: the owner's hours are over: Mon 1-2");
  });
});
