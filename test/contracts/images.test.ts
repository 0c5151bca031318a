/** Pulls and what has been pulled: room, pins, progress, and that nothing of others is ever removed. */
import { describe, expect, it } from 'vitest';
import { emptyDisk } from '../../agent/lease/journal-memory.ts';
import { imageNote, recordText } from '../../agent/runtime/image-records.ts';
import type { Runtime } from '../../agent/runtime/runtime.ts';
import { SuanlinkError } from '../../proto/codes.ts';
import type { LeaseEnd, Message } from '../../proto/messages.ts';
import { AgentCore, inventory, settle, StepClock } from '../fakes/agent-core.ts';
import { MemoryEngine } from '../fakes/memory-runtime.ts';
import { leaseIdOf, offerOf, workOf } from '../fakes/offer.ts';

/** Images of the core under test may be unused for seven of them. */
const hour = 3_600_000;
const gib = 2 ** 30;

/** `pull` may be replaced: what a registry does. */
async function world(pull?: Runtime['pull'], engine = new MemoryEngine(), disk = emptyDisk()) {
  const clock = new StepClock();
  const core = new AgentCore({ disk, engine, clock, ...(pull ? { pull } : {}) });
  await core.start();
  return { engine, clock, core, disk };
}

let next = 1;
/** A lease on `image`, granted. */
async function grant(core: AgentCore, image: string, part: Parameters<typeof workOf>[0] = {}) {
  const offer = offerOf({
    leaseId: leaseIdOf(next++),
    acceleratorIds: [],
    work: workOf({ image, command: ['true'], ...part }),
  });
  await core.leases.offered(offer, inventory);
  await core.leases.committed({ ...offer, ttlMs: hour, maxDurationMs: hour });
  await settle();
  return offer;
}

const ends = (messages: Message[]): LeaseEnd[] =>
  messages.flatMap((message) => (message.kind === 'leaseEnd' ? [message.value] : []));
const endOf = async (core: AgentCore): Promise<LeaseEnd | undefined> => ends(await core.outbox()).at(-1);

describe('room for a pull', () => {
  it('is what the lease asks for beside what is kept back', async () => {
    const { engine, core } = await world();
    engine.disk = { freeBytes: gib + 99, totalBytes: 10 * gib };
    await grant(core, 'pullable:1', { diskBytes: gib });
    expect(engine.calls).not.toContain('pull');
    expect(await endOf(core)).toMatchObject({
      reason: 'image_pull',
      errorCode: 'no_capacity',
      message: expect.stringMatching(/^insufficient disk for pullable:1: \d+ bytes are free/),
    });
    engine.disk = { freeBytes: gib + 100, totalBytes: 10 * gib };
    await grant(core, 'pullable:1', { diskBytes: gib });
    expect(await endOf(core)).toMatchObject({ reason: 'completed' });
  });

  it('is not promised twice', async () => {
    const pulling = Promise.withResolvers<void>();
    const { engine, core } = await world(async (image) => {
      engine.calls.push('pull');
      if (image === 'slow:1') await pulling.promise;
      engine.images.add(image);
    });
    engine.disk = { freeBytes: 3 * gib, totalBytes: 10 * gib };
    await grant(core, 'slow:1', { diskBytes: 2 * gib });
    await grant(core, 'pullable:1', { diskBytes: gib });
    expect(await endOf(core)).toMatchObject({ errorCode: 'no_capacity' });
    pulling.resolve();
    await settle();
    await grant(core, 'pullable:2', { diskBytes: 2 * gib });
    expect((await endOf(core))?.reason).toBe('completed');
  });

  it('is made by removing images of ours, those unused for longest first, and no more than needed', async () => {
    const { engine, clock, core } = await world();
    for (const image of ['pullable:old', 'pullable:middle', 'pullable:new']) {
      await grant(core, image);
      await clock.advance(hour);
    }
    engine.disk = { freeBytes: 50, totalBytes: 10 * gib };
    const remove = engine.images.delete.bind(engine.images);
    engine.images.delete = (image) => {
      if (engine.disk) engine.disk.freeBytes += 100;
      return remove(image);
    };
    await grant(core, 'pullable:next');
    expect(await endOf(core)).toMatchObject({ reason: 'completed' });
    expect(engine.calls.filter((call) => call.startsWith('removeImage'))).toEqual([
      'removeImage pullable:old',
    ]);
  });

  it('that a pull uses up ends the pull, is made, and the pull is tried once more', async () => {
    let pulls = 0;
    const { engine, core } = await world(async (image) => {
      pulls += 1;
      if (image === 'pullable:ours' || pulls > 2) engine.images.add(image);
      else throw new SuanlinkError('no_capacity', 'insufficient disk: no space left on device');
    });
    await grant(core, 'pullable:ours');
    engine.disk = { freeBytes: 1000, totalBytes: 10 * gib };
    await grant(core, 'big:1');
    expect(await endOf(core)).toMatchObject({ reason: 'completed' });
    pulls = -10;
    await grant(core, 'big:2');
    expect(await endOf(core)).toMatchObject({ reason: 'image_pull', errorCode: 'no_capacity' });
    expect(pulls).toBe(-8);
  });

  it('is watched while a pull goes on', async () => {
    const { engine, clock, core } = await world(async (_image, _auth, progress, signal) => {
      engine.calls.push('pull');
      for (;;) {
        signal.throwIfAborted();
        progress({ doneBytes: 1, totalBytes: gib, status: '' });
        await new Promise<void>((resolve) => void clock.at(clock.now() + 500, resolve));
      }
    });
    engine.disk = { freeBytes: 1000, totalBytes: 10 * gib };
    await grant(core, 'endless:1');
    await clock.advance(10_000);
    engine.disk = { freeBytes: 10, totalBytes: 10 * gib };
    await clock.advance(5_000);
    expect(await endOf(core)).toMatchObject({
      reason: 'image_pull',
      errorCode: 'no_capacity',
    });
  });
});

describe('progress of a pull', () => {
  it('is told at most every two seconds, and shown at once', async () => {
    const { clock, core } = await world(async (_image, _auth, progress, signal) => {
      for (let done = 0; !signal.aborted; done += 2 ** 20) {
        progress({ doneBytes: done, totalBytes: 100 * 2 ** 20, status: 'Downloading' });
        await new Promise<void>((resolve) => void clock.at(clock.now() + 100, resolve));
      }
    });
    const offer = await grant(core, 'slow:1');
    await clock.advance(7_000);
    const name = `${offer.leaseId}.1`;
    expect(core.reconciler.waiting(name)).toBe('pull: 70 of 100 MiB (70 %)');
    const told = (await core.outbox()).flatMap((message) =>
      message.kind === 'leaseEvent' ? [message.value.detail] : [],
    );
    expect(told).toEqual([
      'slow:1',
      'slow:1: 20 of 100 MiB (20 %)',
      'slow:1: 40 of 100 MiB (40 %)',
      'slow:1: 60 of 100 MiB (60 %)',
    ]);
  });
});

describe('an image', () => {
  it('of ours goes when it was unused for long, one that is used or was here before stays', async () => {
    const { engine, clock, core } = await world();
    await grant(core, 'pullable:used');
    await grant(core, 'pullable:unused');
    for (let passed = 0; passed < 8; passed += 1) {
      await clock.advance(hour);
      await grant(core, 'pullable:used');
    }
    expect([...engine.images].sort()).toEqual(['pullable:used', 'suanlink.test/busybox:1']);
    await clock.advance(30 * hour);
    expect([...engine.images]).toEqual(['suanlink.test/busybox:1']);
  });

  it('that a lease names is pinned, from the offer on', async () => {
    const { engine, clock, core } = await world();
    await grant(core, 'pullable:1');
    await clock.advance(6 * hour);
    const offer = offerOf({
      leaseId: leaseIdOf(99),
      validForMs: 10 * hour,
      work: workOf({ image: 'pullable:1' }),
    });
    await core.leases.offered(offer, inventory);
    await clock.advance(5 * hour);
    expect(engine.images).toContain('pullable:1');
    await clock.advance(6 * hour);
    expect(engine.images).not.toContain('pullable:1');
  });

  it('that has become another one, or whose pull was never finished, is not ours', async () => {
    const { engine, clock, core } = await world();
    for (const [image, id] of [
      ['somebody:1', 'id of an older one'],
      ['somebody:2', ''],
    ] as const) {
      engine.images.add(image);
      await core.leases.putNote(imageNote(image), recordText({ image, id, usedUnixMs: 0 }));
    }
    await clock.advance(hour);
    expect(engine.images).toContain('somebody:1');
    expect(engine.images).toContain('somebody:2');
    expect(core.leases.notes('image/')).toEqual([]);
  });

  it('that a container of somebody else’s uses stays, and is looked at again', async () => {
    const { engine, clock, core } = await world();
    await grant(core, 'pullable:1');
    const id = `id of pullable:1`;
    let isUsed = true;
    const remove = engine.images.delete.bind(engine.images);
    engine.images.delete = (image) => {
      if (isUsed) throw new SuanlinkError('conflict', 'in use');
      return remove(image);
    };
    await clock.advance(8 * hour);
    expect(core.leases.notes('image/')).toEqual([[imageNote('pullable:1'), expect.stringContaining(id)]]);
    isUsed = false;
    await clock.advance(8 * hour);
    expect(engine.images).not.toContain('pullable:1');
  });

  it('is remembered by the next agent', async () => {
    const first = await world();
    await grant(first.core, 'pullable:1');
    first.core.crash();
    const { engine, clock } = await world(undefined, first.engine, first.disk);
    await clock.advance(9 * hour);
    expect(engine.images).not.toContain('pullable:1');
  });
});
