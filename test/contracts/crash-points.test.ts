/**
 * Whole lives of a lease on the node, the agent killed after every write in turn: with the write durable and acted on, and
 * with it durable and nothing done yet. Each time: one container, started once, one end record with the right reason,
 * one usage total, no byte of output lost or doubled, nothing left. Over the journal's twin and over its log.
 */
import { describe, expect, it } from 'vitest';
import type { Journal } from '../../agent/lease/journal.ts';
import { openJournal } from '../../agent/lease/journal-log.ts';
import { emptyDisk, memoryJournal } from '../../agent/lease/journal-memory.ts';
import { SuanlinkError } from '../../proto/codes.ts';
import type { LeaseEnd, Message } from '../../proto/messages.ts';
import { AgentCore, inventory, settle, StepClock } from '../fakes/agent-core.ts';
import { MemoryFiles } from '../fakes/memory-files.ts';
import { MemoryEngine } from '../fakes/memory-runtime.ts';
import { offerOf, workOf } from '../fakes/offer.ts';

/** A life: the work, what is wrong with the engine, what is done to it once it runs, and its end. */
interface Life {
  command: string[];
  image?: string;
  prepare?: (engine: MemoryEngine) => void;
  /** What somebody asks for while it runs; asked again of the next agent, as whoever asks would. */
  act?: (core: AgentCore) => Promise<void>;
  /** What is so from then on, for every agent. */
  from?: (core: AgentCore) => void;
  end: Partial<LeaseEnd>;
  containers: number;
  output?: string;
}

const offerFor = ({ command, image }: Life) =>
  offerOf({ work: workOf({ command, ...(image === undefined ? {} : { image }) }) });
const stop = (reason: 'cancelled' | 'preempted') => (core: AgentCore) =>
  core.leases.apply(offerOf(), { kind: 'stop', reason, message: 'enough', graceMs: 100 });
const failing = {
  ...inventory,
  accelerators: inventory.accelerators.map((card) => ({
    ...card,
    health: 'failed' as const,
    healthReasons: ['xid 79'],
  })),
};
const lost = new SuanlinkError('engine_unavailable', 'the engine hung up');

const lives: Record<string, Life> = {
  'ends by itself': {
    command: ['print', 'some output', 'exit', '3'],
    end: { reason: 'exit_nonzero', exitCode: 3, stdoutBytes: 11 },
    containers: 1,
    output: 'some output',
  },
  'is killed for memory': { command: ['oom'], end: { reason: 'oom', exitCode: 137 }, containers: 1 },
  'pulls its image': {
    command: ['print', 'pulled', 'exit', '0'],
    image: 'pullable:1',
    end: { reason: 'completed' },
    containers: 1,
    output: 'pulled',
  },
  'has no image': {
    command: ['true'],
    image: 'nowhere:1',
    end: { reason: 'image_pull', errorCode: 'image_not_found' },
    containers: 0,
  },
  'cannot start': {
    command: ['fail', 'command_not_found'],
    end: { reason: 'start_failed', errorCode: 'command_not_found' },
    containers: 1,
  },
  'is created twice, since the engine did not answer the first time': {
    command: ['print', 'once', 'exit', '0'],
    prepare: (engine) => void engine.failOnce.set('create', { error: lost, done: true }),
    end: { reason: 'completed' },
    containers: 1,
    output: 'once',
  },
  'is started twice, since the engine did not answer the first time': {
    command: ['print', 'once', 'exit', '0'],
    prepare: (engine) => void engine.failOnce.set('start', { error: lost, done: true }),
    end: { reason: 'completed' },
    containers: 1,
    output: 'once',
  },
  'is removed twice': {
    command: ['true'],
    prepare: (engine) => void engine.failOnce.set('remove', { error: lost, done: true }),
    end: { reason: 'completed' },
    containers: 1,
  },
  'is cancelled': { command: ['hang'], act: stop('cancelled'), end: { reason: 'cancelled' }, containers: 1 },
  'loses its card': {
    command: ['hang'],
    from: (core) => {
      core.inventory = failing;
      core.withdrawals.check();
    },
    end: {
      reason: 'device_lost',
      message: 'accelerator nvidia:GPU-1 has failed: xid 79; accelerator nvidia:GPU-2 has failed: xid 79',
    },
    containers: 1,
  },
  'is drained': {
    command: ['hang'],
    act: (core) => core.withdrawals.drain('fan', 500),
    end: { reason: 'owner_reclaimed', message: 'the node is drained: fan' },
    containers: 1,
  },
};

/** Storage that outlives agents: opens the journal on it again. */
type Storage = (clock: StepClock) => Promise<Journal>;
const storages: Record<string, () => Storage> = {
  twin: () => {
    const disk = emptyDisk();
    return async () => memoryJournal(disk);
  },
  log: () => {
    const files = new MemoryFiles();
    return (clock) => openJournal(files.files(), clock);
  },
};

/** A journal that dies at its `count`th commit: `acted` lets that one be acted on, `silent` makes it durable and tells nobody. */
function dying(
  inner: Journal,
  count: number,
  how: 'acted' | 'silent',
): { journal: Journal; left: () => number } {
  let left = count;
  const journal: Journal = {
    load: () => inner.load(),
    outbox: (after, limit) => inner.outbox(after, limit),
    outboxBytes: () => inner.outboxBytes(),
    problem: () => '',
    close: () => inner.close(),
    commit: async (writes) => {
      if (left <= 0) return new Promise(() => {});
      left -= 1;
      await inner.commit(writes);
      if (left === 0 && how === 'silent') return new Promise(() => {});
    },
  };
  return { journal, left: () => left };
}

const ends = (messages: readonly Message[]): LeaseEnd[] =>
  messages.flatMap((message) => (message.kind === 'leaseEnd' ? [message.value] : []));

/** The first agent's life until its journal dies; whether it got to the end. */
async function firstLife(core: AgentCore, life: Life, clock: StepClock): Promise<void> {
  const offer = offerFor(life);
  await core.start();
  const granted = core.leases
    .offered(offer, inventory)
    .then(() => core.leases.committed({ ...offer, ttlMs: 60_000, maxDurationMs: 600_000 }));
  await Promise.race([granted, settle()]);
  await settle();
  life.from?.(core);
  await Promise.race([life.act?.(core), settle()]);
  // Not so long that a stop would be acted on without the disk: that is another test's (slow-disk.test.ts).
  await clock.advance(life.act || life.from ? 600 : 3_000);
}

describe.each(Object.entries(storages))('over the journal’s %s', (_name, storage) => {
  describe.each(['acted', 'silent'] as const)('crashed with the last write %s', (how) => {
    it.each(Object.entries(lives))('a lease that %s', async (_what, life) => {
      let crashes = 0;
      for (let point = 1; ; point += 1) {
        const engine = new MemoryEngine();
        const clock = new StepClock();
        const open = storage();
        life.prepare?.(engine);
        const { journal, left } = dying(await open(clock), point, how);
        const first = new AgentCore({ disk: emptyDisk(), engine, clock, journal });
        await firstLife(first, life, clock);
        const done = left() > 0;
        first.crash();

        const second = new AgentCore({ disk: emptyDisk(), engine, clock, journal: await open(clock) });
        await second.start();
        const offer = offerFor(life);
        // The scheduler offers what it has no Accept of, and commits what it has one of.
        if (second.leases.leases().length === 0) await second.leases.offered(offer, inventory);
        await second.leases.committed({ ...offer, ttlMs: 60_000, maxDurationMs: 600_000 });
        await settle();
        life.from?.(second);
        if (second.leases.leases()[0]?.state !== 'ended') await life.act?.(second);
        await clock.advance(5_000);

        const told = await second.outbox();
        const where = `${how} ${point}`;
        expect([where, ends(told).length]).toEqual([where, 1]);
        expect(ends(told)[0]).toMatchObject({ ...life.end, usage: { part: 1 } });
        const output = told.flatMap((message) =>
          message.kind === 'logChunk' ? [Buffer.from(message.value.data).toString()] : [],
        );
        expect([where, output.join('')]).toEqual([where, life.output ?? '']);
        expect([where, engine.most]).toEqual([where, life.containers]);
        expect(engine.started).toBeLessThanOrEqual(1);
        expect(engine.containers.size).toBe(0);
        // And it is forgotten once the scheduler has its end.
        await second.leases.acknowledge(second.leases.leases()[0]?.endSeq ?? 0);
        await settle();
        expect([where, second.leases.leases()]).toEqual([where, []]);
        second.crash();
        if (done) break;
        crashes += 1;
      }
      expect(crashes).toBeGreaterThanOrEqual(3);
    });
  });
});
