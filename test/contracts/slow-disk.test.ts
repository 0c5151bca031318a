/** A journal on a disk that hangs, is full or is slow: what the agent's core still does, and what it must not do. */
import { describe, expect, it } from 'vitest';
import type { Lease } from '../../agent/lease/lease.ts';
import { openJournal } from '../../agent/lease/journal-log.ts';
import { emptyDisk } from '../../agent/lease/journal-memory.ts';
import { AgentCore, inventory, settle, StepClock } from '../fakes/agent-core.ts';
import { MemoryFiles } from '../fakes/memory-files.ts';
import { MemoryEngine } from '../fakes/memory-runtime.ts';
import { leaseIdOf, offerOf, workOf } from '../fakes/offer.ts';

const offer = offerOf({ work: workOf({ command: ['hang'] }) });
const commit = { leaseId: offer.leaseId, epoch: 1, ttlMs: 30_000, maxDurationMs: 600_000 };

async function world(disk = new MemoryFiles(), engine = new MemoryEngine(), clock = new StepClock()) {
  const journal = await openJournal(disk.files(), clock);
  const core = new AgentCore({ disk: emptyDisk(), engine, clock, journal });
  await core.start();
  return { disk, engine, clock, core, journal };
}

/** A disk that takes nothing until the result is called. */
function hang(disk: MemoryFiles): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  disk.hold = promise;
  return () => {
    disk.hold = undefined;
    resolve();
  };
}

async function running() {
  const here = await world();
  await here.core.leases.offered(offer, inventory);
  await here.core.leases.committed(commit);
  await settle();
  expect(here.engine.containers.get('c1')?.seen.state).toBe('running');
  return here;
}

const first = (core: AgentCore): Lease | undefined => core.leases.leases()[0];

describe('a disk that hangs', () => {
  it('lets nothing start: no Accept, no container', async () => {
    const { disk, engine, core, clock } = await world();
    const release = hang(disk);
    const offered = core.leases.offered(offer, inventory);
    await clock.advance(5_000);
    expect(core.sent).toEqual([]);
    release();
    await offered;
    expect(core.sent.map(({ kind }) => kind)).toEqual(['accept']);
    const again = hang(disk);
    const committed = core.leases.committed(commit);
    await clock.advance(20_000);
    expect(engine.calls).not.toContain('create');
    again();
    await committed;
    await settle();
    expect(engine.containers.get('c1')?.seen.state).toBe('running');
  });

  it('does not hold a renewal up, and a restart knows it once it is written', async () => {
    const { disk, engine, core, clock } = await running();
    const release = hang(disk);
    for (let round = 0; round < 10; round += 1) {
      await clock.advance(10_000);
      await core.leases.apply(offer, { kind: 'renewed', ttlMs: 30_000, sentAt: clock.now() });
    }
    expect(first(core)).toMatchObject({ state: 'running', renewedAt: clock.now() });
    expect(engine.containers.get('c1')?.seen.state).toBe('running');
    const before = disk.writes;
    release();
    await settle();
    expect(disk.writes - before).toBeLessThanOrEqual(2); // ten renewals, of which the newest counts
    core.crash();
    const next = await world(disk, engine, clock);
    expect(first(next.core)).toMatchObject({ state: 'running', renewedAt: clock.now() });
  });

  it.each([
    ['lost', 25_000],
    ['cancelled', 0],
  ] as const)('does not keep a container that must stop (%s)', async (why, afterMs) => {
    const { disk, engine, core, clock } = await running();
    const since = clock.now();
    const release = hang(disk);
    await clock.advance(afterMs);
    const stopped =
      why === 'cancelled'
        ? core.leases.apply(offer, { kind: 'stop', reason: 'cancelled', message: '', graceMs: 100 })
        : Promise.resolve();
    await clock.advance(900);
    expect(engine.calls).not.toContain('stop');
    await clock.advance(200);
    expect(engine.containers.get('c1')?.seen).toMatchObject({ state: 'exited', exitCode: 143 });
    expect(clock.now() - since).toBeLessThan(30_000);
    // Its end is told, and the container removed, only when it is on the disk.
    await clock.advance(60_000);
    expect((await core.outbox()).map(({ kind }) => kind)).not.toContain('leaseEnd');
    expect(engine.containers.size).toBe(1);
    release();
    await stopped;
    await settle();
    const reason = why === 'lost' ? 'lease_lost' : 'cancelled';
    expect((await core.outbox()).at(-1)).toMatchObject({ kind: 'leaseEnd', value: { reason } });
    expect(engine.containers.size).toBe(0);
  });

  it('is asked to stop a lease whose container is just being started', async () => {
    const { disk, engine, core, clock } = await world();
    await core.leases.offered(offer, inventory);
    engine.holdCreate = Promise.withResolvers<void>();
    await core.leases.committed(commit);
    await settle();
    const release = hang(disk);
    engine.holdCreate.resolve();
    await settle();
    const stopping = core.leases.apply(offer, {
      kind: 'stop',
      reason: 'cancelled',
      message: '',
      graceMs: 100,
    });
    await clock.advance(1_100);
    expect([...engine.containers.values()].map(({ seen }) => seen.state)).not.toContain('running');
    release();
    await stopping;
    await settle();
    expect(engine.containers.size).toBe(0);
    expect((await core.outbox()).filter(({ kind }) => kind === 'leaseEnd')).toHaveLength(1);
  });

  it('and then the agent crashes: the next one finds the stop again', async () => {
    const { disk, engine, core, clock } = await running();
    hang(disk);
    await clock.advance(26_500);
    expect(engine.containers.get('c1')?.seen.state).toBe('exited');
    core.crash();
    disk.hold = undefined;
    const next = await world(disk, engine, clock);
    await clock.advance(1_000);
    const ends = (await next.core.outbox()).filter(({ kind }) => kind === 'leaseEnd');
    expect(ends).toHaveLength(1);
    expect(engine.containers.size).toBe(0);
  });
});

it('a full disk is waited for: the lease goes on and is renewed meanwhile', async () => {
  const { disk, engine, core, clock } = await running();
  disk.fault = MemoryFiles.full(7);
  const other = offerOf({ leaseId: leaseIdOf(2), epoch: 1, acceleratorIds: [] });
  const offered = core.leases.offered(other, inventory);
  for (let round = 0; round < 6; round += 1) {
    await clock.advance(9_000);
    await core.leases.apply(offer, { kind: 'renewed', ttlMs: 30_000, sentAt: clock.now() });
  }
  expect(core.broken).toBeUndefined();
  expect(engine.containers.get('c1')?.seen.state).toBe('running');
  disk.fault = undefined;
  await clock.advance(1_000);
  await offered;
  expect(core.leases.leases()).toHaveLength(1); // the offer has lapsed in the meantime
  expect(core.sent.filter(({ kind }) => kind === 'accept')).toHaveLength(1);
});
