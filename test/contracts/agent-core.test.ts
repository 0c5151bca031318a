/** The agent's core over an in-memory engine: whole lives of leases, and an engine that goes away. */
import { describe, expect, it } from 'vitest';
import { emptyDisk, type JournalDisk } from '../../agent/lease/journal-memory.ts';
import { SuanlinkError } from '../../proto/codes.ts';
import type { LeaseEnd, Message, Offer } from '../../proto/messages.ts';
import { AgentCore, inventory, settle, StepClock } from '../fakes/agent-core.ts';
import { MemoryEngine } from '../fakes/memory-runtime.ts';
import { leaseIdOf, offerOf, workOf } from '../fakes/offer.ts';

const ends = (messages: Message[]): LeaseEnd[] =>
  messages.flatMap((message) => (message.kind === 'leaseEnd' ? [message.value] : []));
const offerRunning = (command: string[], part: Partial<Offer> = {}): Offer =>
  offerOf({ work: workOf({ command }), ...part });
const commitOf = (offer: Offer) => ({
  leaseId: offer.leaseId,
  epoch: offer.epoch,
  ttlMs: 30_000,
  maxDurationMs: 600_000,
});

async function world(): Promise<{
  engine: MemoryEngine;
  disk: JournalDisk;
  clock: StepClock;
  core: AgentCore;
}> {
  const engine = new MemoryEngine();
  const disk = emptyDisk();
  const clock = new StepClock();
  const core = new AgentCore({ disk, engine, clock });
  await core.start();
  return { engine, disk, clock, core };
}

async function grant(core: AgentCore, offer: Offer): Promise<void> {
  await core.leases.offered(offer, inventory);
  await core.leases.committed(commitOf(offer));
  await settle();
}

describe('a lease on the node', () => {
  it('is accepted, run, told and cleaned up', async () => {
    const { engine, core } = await world();
    await grant(core, offerRunning(['print', 'hello', 'exit', '3']));
    expect(core.sent.map((message) => message.kind)).toEqual(['accept']);
    const told = await core.outbox();
    expect(told.map((message) => message.kind).sort()).toEqual(['leaseEnd', 'leaseEvent', 'logChunk']);
    expect(told.at(-1)?.kind).toBe('leaseEnd');
    expect(ends(told)).toMatchObject([
      { reason: 'exit_nonzero', exitCode: 3, stdoutBytes: 5, usage: { runMs: 1000, cardMs: 2000, cpuMs: 5 } },
    ]);
    expect(engine.containers.size).toBe(0);
    expect(core.leases.leases()).toHaveLength(1); // until the scheduler has the end record
    await core.leases.acknowledge(3);
    await settle();
    expect(core.leases.leases()).toEqual([]);
  });

  it('has no container before its commit, and none when the commit never comes', async () => {
    const { engine, clock, core } = await world();
    await core.leases.offered(offerRunning(['true']), inventory);
    await clock.advance(9_000);
    expect(engine.calls).not.toContain('create');
    await clock.advance(2_000);
    expect(core.leases.leases()).toEqual([]);
    await core.leases.committed(commitOf(offerRunning(['true'])));
    expect(core.sent.at(-1)).toMatchObject({ kind: 'reject', value: { code: 'stale_epoch' } });
    await core.leases.offered(offerRunning(['true']), inventory); // the same offer again, late
    expect(core.sent.at(-1)).toMatchObject({ kind: 'reject', value: { code: 'stale_epoch' } });
  });

  it('is refused when its cards are taken, its inventory is old, or the node drains', async () => {
    const { core } = await world();
    await grant(core, offerRunning(['hang']));
    const second = offerRunning(['true'], { leaseId: leaseIdOf(2), epoch: 2 });
    await core.leases.offered(second, inventory);
    await core.leases.offered({ ...second, inventoryGeneration: 'old' }, inventory);
    await core.leases.offered(second, { ...inventory, draining: true });
    expect(core.sent.flatMap((message) => (message.kind === 'reject' ? [message.value.code] : []))).toEqual([
      'no_capacity',
      'stale_inventory',
      'draining',
    ]);
  });

  it('pulls an image that is not there, and says so when it cannot be had', async () => {
    const { core } = await world();
    await grant(core, offerOf({ work: workOf({ image: 'pullable:1', command: ['true'] }) }));
    expect(ends(await core.outbox())).toMatchObject([{ reason: 'completed' }]);
    const other = await world();
    await grant(other.core, offerOf({ work: workOf({ image: 'nowhere:1' }) }));
    expect(ends(await other.core.outbox())).toMatchObject([
      { reason: 'image_pull', errorCode: 'image_not_found' },
    ]);
  });

  it('that cannot start says why and leaves nothing', async () => {
    const { engine, core } = await world();
    await grant(core, offerRunning(['fail', 'command_not_found']));
    expect(ends(await core.outbox())).toMatchObject([
      { reason: 'start_failed', errorCode: 'command_not_found' },
    ]);
    expect(engine.containers.size).toBe(0);
  });

  it('is stopped when it is asked to, at its time limit, and when it cannot be renewed', async () => {
    for (const [act, reason] of [
      [
        async ({ core }: { core: AgentCore }) =>
          core.leases.apply(offerOf(), { kind: 'stop', reason: 'cancelled', message: '', graceMs: 100 }),
        'cancelled',
      ],
      [async ({ clock }: { clock: StepClock }) => clock.advance(26_000), 'lease_lost'],
    ] as const) {
      const here = await world();
      await grant(here.core, offerRunning(['hang']));
      await act(here);
      await settle();
      expect(ends(await here.core.outbox())).toMatchObject([{ reason, exitCode: 143 }]);
      expect(here.engine.containers.size).toBe(0);
    }
  });

  it('outlives an engine that goes away: silence is never an exit', async () => {
    const { engine, clock, core } = await world();
    await grant(core, offerRunning(['hang']));
    engine.down = new SuanlinkError('engine_unavailable', 'no answer');
    await clock.advance(16_000);
    expect(core.reconciler.engineProblem).toContain('no answer');
    expect(ends(await core.outbox())).toEqual([]);
    engine.down = undefined;
    await clock.advance(1_000);
    engine.end('c1', 0);
    await settle();
    expect(ends(await core.outbox())).toMatchObject([{ reason: 'completed' }]);
  });

  it('is not given up for a listing that began before its container was there', async () => {
    const { engine, clock, core } = await world();
    const stale = Promise.withResolvers<void>();
    engine.holdList = stale.promise;
    await clock.advance(15_500); // a listing is under way, and has seen nothing
    engine.holdList = undefined;
    await grant(core, offerRunning(['hang']));
    stale.resolve();
    await settle();
    expect(ends(await core.outbox())).toEqual([]);
    engine.end('c1', 0);
    await settle();
    expect(ends(await core.outbox())).toMatchObject([{ reason: 'completed' }]);
  });

  it('is billed for the time that it is known to have run when its engine has lost the times', async () => {
    const { engine, clock, core } = await world();
    await grant(core, offerRunning(['hang']));
    await clock.advance(7_000);
    engine.endUnseen('c1', 137);
    await settle();
    expect(ends(await core.outbox())).toMatchObject([{ usage: { runMs: 7_000, cardMs: 14_000 } }]);
  });

  it('leaves a container that no lease knows alone', async () => {
    const { engine, disk, clock, core } = await world();
    await grant(core, offerRunning(['hang']));
    core.crash();
    disk.leases.clear(); // the journal was lost
    const next = new AgentCore({ disk, engine, clock });
    await next.start();
    await clock.advance(60_000);
    expect(next.reconciler.quarantine).toHaveLength(1);
    expect(engine.containers.get('c1')?.seen.state).toBe('running');
  });
});
