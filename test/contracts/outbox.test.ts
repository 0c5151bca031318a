/** The bound of the outbox: what is left out is output only, is counted to the byte, and a job never waits for it. */
import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { emptyDisk, type JournalDisk, memoryJournal } from '../../agent/lease/journal-memory.ts';
import type { Journal } from '../../agent/lease/journal.ts';
import { parseId } from '../../proto/ids.ts';
import type { LeaseEnd, LogChunk, Message } from '../../proto/messages.ts';
import { AgentCore, inventory, settle, StepClock } from '../fakes/agent-core.ts';
import { MemoryEngine } from '../fakes/memory-runtime.ts';
import { offerOf, workOf } from '../fakes/offer.ts';
import { admin, type Pair, startPair } from '../fakes/pair.ts';
import { spec } from '../scheduler/values.ts';

const lines = 60;
const size = 100;
const offer = offerOf({ work: workOf({ command: ['lines', String(lines), String(size)] }) });
const commit = { leaseId: offer.leaseId, epoch: 1, ttlMs: 1e9, maxDurationMs: 1e9 };

/** What the container wrote to a stream. */
function written(stderr: boolean): Buffer {
  const own = Array.from({ length: lines }, (_, line) => line).filter((line) => (line % 5 === 4) === stderr);
  return Buffer.concat(own.map((line) => Buffer.alloc(size, line)));
}

/** Puts a stream together as the scheduler does, and compares it with what was written and with the end record. */
function checkStream(messages: readonly Message[], stderr: boolean): { kept: number; gaps: number } {
  const chunks = messages.flatMap((message): LogChunk[] =>
    message.kind === 'logChunk' && message.value.stderr === stderr ? [message.value] : [],
  );
  const truth = written(stderr);
  let at = 0;
  const kept: Uint8Array[] = [];
  for (const { offset, data, droppedBytes = 0 } of chunks) {
    expect(offset - droppedBytes).toBe(at);
    expect(Buffer.compare(Buffer.from(data), truth.subarray(offset, offset + data.length))).toBe(0);
    at = offset + data.length;
    kept.push(data);
  }
  const [end] = messages.flatMap((message): LeaseEnd[] =>
    message.kind === 'leaseEnd' ? [message.value] : [],
  );
  const [total, dropped, sum] = stderr
    ? [end?.stderrBytes, end?.stderrDroppedBytes ?? 0, end?.stderrSha256]
    : [end?.stdoutBytes, end?.stdoutDroppedBytes ?? 0, end?.stdoutSha256];
  const all = Buffer.concat(kept);
  expect(at).toBe(truth.length);
  expect(total).toBe(truth.length);
  expect(truth.length - dropped).toBe(all.length);
  expect(Buffer.from(sum ?? []).toString('hex')).toBe(createHash('sha256').update(all).digest('hex'));
  return { kept: all.length, gaps: chunks.filter(({ droppedBytes }) => droppedBytes !== undefined).length };
}

interface World {
  engine: MemoryEngine;
  disk: JournalDisk;
  clock: StepClock;
}

function start(world: World, outboxBytes: number, journal?: Journal): AgentCore {
  return new AgentCore({ ...world, outboxBytes, ...(journal ? { journal } : {}) });
}

const fresh = (): World => ({ engine: new MemoryEngine(), disk: emptyDisk(), clock: new StepClock() });

async function grant(core: AgentCore): Promise<void> {
  await core.start();
  await core.leases.offered(offer, inventory);
  await core.leases.committed(commit);
  await settle();
}

describe('an outbox that is full', () => {
  it('leaves out the rest of the output, says how much, and still tells events, usage and the end', async () => {
    const core = start(fresh(), 2_000);
    await grant(core);
    const messages = await core.outbox();
    const stdout = checkStream(messages, false);
    const stderr = checkStream(messages, true);
    expect(stdout.kept).toBeGreaterThan(size);
    expect(stdout.kept).toBeLessThan(2_000);
    expect([stdout.gaps, stderr.gaps]).toEqual([1, 1]);
    expect(messages.map(({ kind }) => kind)).toContain('leaseEvent');
    expect(messages.at(-1)?.kind).toBe('leaseEnd');
    expect(core.leases.outboxProblem()).toContain('output of jobs is left out');
  });

  it('keeps everything below its bound', async () => {
    const core = start(fresh(), 2 ** 20);
    await grant(core);
    const messages = await core.outbox();
    expect(checkStream(messages, false)).toEqual({ kept: written(false).length, gaps: 0 });
    expect(core.leases.outboxProblem()).toBe('');
  });

  it('takes output again when a quarter of it is free', async () => {
    const world = fresh();
    const core = start(world, 2_000);
    await core.start();
    const hanging = offerOf({ work: workOf({ command: ['hang'] }) });
    await core.leases.offered(hanging, inventory);
    await core.leases.committed(commit);
    await settle();
    let at = 0;
    const put = async (): Promise<boolean> => {
      const { kept, done } = core.leases.output(offer, 'stdout', at, new Uint8Array(100));
      at += 100;
      await done;
      return kept;
    };
    while (await put()) expect(core.journal.outboxBytes()).toBeLessThan(2_200);
    await core.leases.acknowledge(2);
    expect(core.journal.outboxBytes()).toBeGreaterThan(1_500);
    expect(await put()).toBe(false);
    expect(core.leases.outboxProblem()).toContain('is full');
    await core.leases.acknowledge(world.disk.lastSeq - 5);
    expect(await put()).toBe(true);
    expect(core.leases.outboxProblem()).toBe('');
    const chunks = (await core.outbox()).flatMap((message) =>
      message.kind === 'logChunk' ? [message.value] : [],
    );
    expect(chunks.at(-1)).toMatchObject({ droppedBytes: 200, offset: at - 100 });
  });
});

describe('a crash at any persist point while output is left out', () => {
  /** A journal that lets `count` commits through and then is dead. */
  function dying(disk: JournalDisk, count: number): { journal: Journal; left: () => number } {
    const inner = memoryJournal(disk);
    let left = count;
    const journal: Journal = {
      ...inner,
      commit: (writes) => {
        if (left <= 0) return new Promise(() => {});
        left -= 1;
        return inner.commit(writes);
      },
    };
    return { journal, left: () => left };
  }

  it.each(['stays full', 'is taken by the scheduler in between'] as const)(
    'leaves log and end record in agreement (outbox %s)',
    async (then) => {
      let gaps = 0;
      let crashes = 0;
      for (let point = 1; ; point += 1) {
        const world = fresh();
        const { journal, left } = dying(world.disk, point);
        const first = start(world, 1_500, journal);
        await Promise.race([grant(first), settle()]);
        await settle();
        const done = left() > 0;
        first.crash();
        const second = start(world, 1_500);
        const before = await second.outbox();
        if (then !== 'stays full') await second.leases.acknowledge(world.disk.lastSeq);
        await second.start();
        // The scheduler offers again what it has not heard of.
        const isTold = before.some(({ kind }) => kind === 'leaseEnd');
        if (second.leases.leases().length === 0 && !isTold) await second.leases.offered(offer, inventory);
        await second.leases.committed(commit);
        await settle();
        await world.clock.advance(2_000);
        const after = await second.outbox();
        const messages = then === 'stays full' ? after : [...before, ...after];
        if (messages.length === 0) throw new Error(`nothing was told at ${point}`);
        gaps += checkStream(messages, false).gaps + checkStream(messages, true).gaps;
        if (done) break;
        crashes += 1;
      }
      expect(crashes).toBeGreaterThan(8);
      expect(gaps).toBeGreaterThan(crashes);
    },
  );
});

describe('agent and scheduler', () => {
  let pair: Pair;
  afterEach(() => pair.close());

  it('agree on what was left out, and on the checksum of the rest', async () => {
    pair = await startPair();
    await pair.agent('a', undefined, { outboxBytes: 1_500 });
    const job = await pair.core.control.submit(
      admin,
      spec({
        image: 'suanlink.test/busybox:1',
        command: ['lines', '600', '100'],
        cpu_milli: 100,
        memory_bytes: 2 ** 20,
        disk_bytes: 0,
      }),
      undefined,
    );
    const id = parseId('job', job.id);
    let heard = { bytes: 0, dropped: 0 };
    const from = { stdout: 0, stderr: 0 };
    for await (const event of await pair.core.control.watch(admin, id, from, AbortSignal.timeout(15_000))) {
      if (event.type === 'log')
        heard = {
          bytes: heard.bytes + Buffer.from(event.data, 'base64').length,
          dropped: heard.dropped + event.dropped_bytes,
        };
      if (event.type === 'end') break;
    }
    const { end } = await pair.core.control.job(admin, id);
    expect(end).toMatchObject({
      reason: 'completed',
      message: '', // The scheduler's own count and checksum of what it has stored agree.
      stdout_bytes: 48_000,
      stderr_bytes: 12_000,
    });
    const dropped = (end?.stdout_dropped_bytes ?? 0) + (end?.stderr_dropped_bytes ?? 0);
    expect(dropped).toBeGreaterThan(0);
    expect(heard).toEqual({ bytes: 60_000 - dropped, dropped });
  });
});
