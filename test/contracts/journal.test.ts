/** One body for every journal: the log on a disk and on one in memory, the twin in memory; then what only a log can meet. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../agent/base/clock.ts';
import { systemClock } from '../../agent/base/real/system-clock.ts';
import type { Journal, JournalWrite } from '../../agent/lease/journal.ts';
import { type JournalFiles, openFiles } from '../../agent/lease/journal-files.ts';
import { openJournal } from '../../agent/lease/journal-log.ts';
import { emptyDisk, memoryJournal } from '../../agent/lease/journal-memory.ts';
import { accept } from '../../agent/lease/machine.ts';
import { settle, StepClock } from '../fakes/agent-core.ts';
import { MemoryFiles } from '../fakes/memory-files.ts';
import { offerOf } from '../fakes/offer.ts';

const dirs: string[] = [];
const opened: Journal[] = [];
afterEach(async () => {
  for (const journal of opened.splice(0)) await journal.close();
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true });
});

function directory(): string {
  const dir = mkdtempSync(join(tmpdir(), 'suanlink-journal-'));
  dirs.push(dir);
  return dir;
}

/** A factory per implementation: each call opens the same storage again. */
const implementations: Record<string, () => () => Promise<Journal>> = {
  'log on a disk': () => {
    const dir = directory();
    return async () => openLog(await openFiles(join(dir, 'journal')));
  },
  'log in memory': () => {
    const disk = new MemoryFiles();
    return () => openLog(disk.files());
  },
  memory: () => {
    const disk = emptyDisk();
    return async () => memoryJournal(disk);
  },
};

/** A log that is closed after the test. */
async function openLog(files: JournalFiles, clock: Clock = systemClock): Promise<Journal> {
  const journal = await openJournal(files, clock);
  opened.push(journal);
  return journal;
}

const lease = accept(offerOf(), 'boot', 5);
const bytes = (n: number, length = 10): Uint8Array => new Uint8Array(length).fill(n);
const message = (seq: number, length?: number): JournalWrite => ({
  kind: 'enqueue',
  seq,
  frame: bytes(seq % 256, length),
});
const taken = (stdout: number, stderr: number): JournalWrite => ({
  kind: 'taken',
  key: lease,
  taken: { stdout, stderr },
});
/** All numbers in the outbox after `after`. */
async function all(journal: Journal, after = 0): Promise<number[]> {
  const seen: number[] = [];
  for (;;) {
    const page = await numbers(journal, seen.at(-1) ?? after, 7);
    if (page.length === 0) return seen;
    seen.push(...page);
  }
}
const numbers = async (journal: Journal, after: number, limit: number): Promise<number[]> =>
  (await journal.outbox(after, limit)).map(({ seq }) => seq);

describe.each(Object.entries(implementations))('the %s journal', (_name, make) => {
  it('is empty at first', async () => {
    const journal = await make()();
    expect(journal.load()).toEqual({ leases: [], notes: new Map(), lastSeq: 0, ackedSeq: 0 });
    expect(journal.problem()).toBe('');
    await journal.close();
  });

  it('gives back after a restart what was committed, byte for byte', async () => {
    const open = make();
    const first = await open();
    const checksum = new Uint8Array(32).fill(9);
    const end = {
      leaseId: lease.leaseId,
      epoch: 1,
      reason: 'completed' as const,
      exitCode: 0,
      errorCode: '',
      message: '',
      stdoutBytes: 1,
      stderrBytes: 0,
      stdoutSha256: checksum,
      stderrSha256: checksum,
      timeline: [],
      usage: {
        leaseId: lease.leaseId,
        epoch: 1,
        part: 1,
        runMs: 1,
        cardMs: 2,
        cpuMs: 3,
        cpuExact: true,
        memoryPeakBytes: 4,
      },
    };
    await first.commit([
      { kind: 'put_lease', lease: { ...lease, state: 'ended', end, endSeq: 2 } },
      message(1),
      message(2),
    ]);
    await first.commit([taken(7, 3), { kind: 'note', name: 'drain', value: '{"reason":"fan"}' }]);
    await first.close();
    const second = await open();
    expect(second.load()).toEqual({
      leases: [{ ...lease, state: 'ended', end, endSeq: 2, taken: { stdout: 7, stderr: 3 } }],
      notes: new Map([['drain', '{"reason":"fan"}']]),
      lastSeq: 2,
      ackedSeq: 0,
    });
    expect((await second.outbox(0, 10)).map(({ seq, frame }) => [seq, [...frame]])).toEqual([
      [1, [...bytes(1)]],
      [2, [...bytes(2)]],
    ]);
    expect(second.outboxBytes()).toBe(20);
    await second.close();
  });

  it('keeps how far output was taken when the lease is written again', async () => {
    const open = make();
    const journal = await open();
    await journal.commit([{ kind: 'put_lease', lease }]);
    await journal.commit([taken(50, 0)]);
    await journal.commit([{ kind: 'put_lease', lease: { ...lease, state: 'starting' } }]);
    await journal.close();
    expect((await open()).load().leases[0]).toMatchObject({
      state: 'starting',
      taken: { stdout: 50, stderr: 0 },
    });
  });

  it('knows the newest renewal, and none that is older than the lease as it was put', async () => {
    const open = make();
    const journal = await open();
    const starting = { ...lease, state: 'starting' as const };
    await journal.commit([{ kind: 'put_lease', lease: starting }]);
    await journal.commit([{ kind: 'renewed', key: lease, renewedAt: 70, ttlMs: 9 }]);
    await journal.close();
    const second = await open();
    expect(second.load().leases[0]).toMatchObject({ renewedAt: 70, ttlMs: 9 });
    await second.commit([{ kind: 'put_lease', lease: { ...starting, renewedAt: 80, ttlMs: 8 } }]);
    await second.close();
    expect((await open()).load().leases[0]).toMatchObject({ renewedAt: 80, ttlMs: 8 });
  });

  it('drops what is acknowledged and never uses a number twice', async () => {
    const open = make();
    const journal = await open();
    await journal.commit([1, 2, 3].map((seq) => message(seq)));
    await journal.commit([{ kind: 'acknowledged', seq: 3 }]);
    expect(await journal.outbox(0, 10)).toEqual([]);
    expect(journal.outboxBytes()).toBe(0);
    await journal.close();
    expect((await open()).load()).toMatchObject({ lastSeq: 3, ackedSeq: 3 });
  });

  it('reads the outbox in pages', async () => {
    const journal = await make()();
    await journal.commit(Array.from({ length: 10 }, (_, i) => message(i + 1)));
    expect(await numbers(journal, 4, 3)).toEqual([5, 6, 7]);
    expect(await numbers(journal, 9, 3)).toEqual([10]);
    await journal.close();
  });

  it('has every message of a long outbox in order, before and after a restart, while some are confirmed', async () => {
    const open = make();
    const journal = await open();
    // 20 MiB: several segments, most of it no longer in memory.
    for (let seq = 1; seq <= 320; seq += 1) await journal.commit([message(seq, 65_536)]);
    expect(journal.outboxBytes()).toBe(320 * 65_536);
    await journal.commit([{ kind: 'acknowledged', seq: 100 }]);
    await journal.close();
    const second = await open();
    expect(second.outboxBytes()).toBe(220 * 65_536);
    const seen: number[] = [];
    for (let after = 0; ; after = seen.at(-1) ?? 0) {
      const rows = await second.outbox(after, 32);
      for (const { seq, frame } of rows)
        expect([frame.length, frame[0]]).toEqual([seq === 321 ? 10 : 65_536, seq % 256]);
      if (seen.length === 0) await second.commit([message(321)]);
      seen.push(...rows.map(({ seq }) => seq));
      if (seen.length > 60) await second.commit([{ kind: 'acknowledged', seq: 140 }]);
      if (rows.length === 0) break;
    }
    expect(seen).toEqual(Array.from({ length: 221 }, (_, i) => i + 101));
    expect(second.outboxBytes()).toBe(180 * 65_536 + 10);
    await second.close();
  });

  it('forgets a dropped lease and a note that is taken away', async () => {
    const open = make();
    const journal = await open();
    await journal.commit([
      { kind: 'put_lease', lease },
      taken(1, 1),
      { kind: 'note', name: 'a', value: 'x' },
    ]);
    await journal.commit([
      { kind: 'drop_lease', key: lease },
      { kind: 'note', name: 'a', value: undefined },
    ]);
    await journal.close();
    expect((await open()).load()).toMatchObject({ leases: [], notes: new Map() });
  });
});

describe('the log', () => {
  it('writes all commits of one turn together or none of them, and nothing after a defect', async () => {
    const disk = new MemoryFiles();
    const journal = await openLog(disk.files());
    const both = [journal.commit([message(1)]), journal.commit([message(1)])]; // the same number twice
    for (const one of both) await expect(one).rejects.toMatchObject({ code: 'storage_failed' });
    await expect(journal.commit([])).rejects.toMatchObject({ code: 'storage_failed' });
    await journal.close();
    expect((await openLog(disk.files())).load().lastSeq).toBe(0);
  });

  it('writes what waits in one go', async () => {
    const disk = new MemoryFiles();
    const journal = await openLog(disk.files());
    const before = disk.writes;
    await Promise.all(Array.from({ length: 500 }, (_, i) => journal.commit([message(i + 1)])));
    expect(disk.writes - before).toBe(1);
  });

  it('loses nothing that was promised, wherever a crash cuts the last record', async () => {
    const disk = new MemoryFiles();
    const journal = await openLog(disk.files());
    await journal.commit([message(1)]);
    const [name = ''] = [...disk.contents.keys()];
    const promised = disk.contents.get(name)?.length ?? 0;
    await journal.commit([message(2), taken(1, 1)]);
    const whole = disk.contents.get(name) ?? new Uint8Array();
    for (let cut = promised; cut <= whole.length; cut += 1) {
      const crashed = new MemoryFiles();
      crashed.contents.set(name, whole.slice(0, cut));
      const next = await openLog(crashed.files());
      expect(next.load().lastSeq).toBe(cut === whole.length ? 2 : 1);
      await next.commit([message(3)]);
      expect((await openLog(crashed.files())).load().lastSeq).toBe(3);
    }
  });

  it('opens after a crash at its very first write, and while it begins a new segment', async () => {
    const disk = new MemoryFiles();
    await openLog(disk.files());
    const [[name, first] = ['', new Uint8Array()]] = [...disk.contents];
    for (let cut = 0; cut < first.length; cut += 1) {
      const crashed = new MemoryFiles();
      crashed.contents.set(name, first.slice(0, cut));
      expect((await openLog(crashed.files())).load().lastSeq).toBe(0);
    }
  });

  it('refuses a file that was damaged later, and one of a newer format', async () => {
    const disk = new MemoryFiles();
    const journal = await openLog(disk.files());
    await journal.commit([message(1)]);
    await journal.commit([message(2)]);
    const [[name, whole] = ['', new Uint8Array()]] = [...disk.contents];
    const damaged = new MemoryFiles();
    damaged.contents.set(name, whole.with(30, 255));
    await expect(openLog(damaged.files())).rejects.toThrow('is damaged at byte');
    const newer = new MemoryFiles();
    newer.contents.set(name, whole.with(7, 3));
    await expect(openLog(newer.files())).rejects.toThrow('use the newer release');
  });

  it.each([0, 5, 1000])('waits while the disk is full (%i bytes of the record stay)', async (leaves) => {
    const disk = new MemoryFiles();
    const clock = new StepClock();
    const journal = await openLog(disk.files(), clock);
    await journal.commit([message(1)]);
    disk.fault = MemoryFiles.full(leaves);
    let durable = false;
    const waiting = journal.commit([message(2)]).then(() => (durable = true));
    await clock.advance(10_000);
    expect(journal.problem()).toContain('full');
    expect(durable).toBe(false);
    expect(await numbers(journal, 0, 10)).toEqual([1]);
    disk.fault = undefined;
    await clock.advance(2_000);
    await waiting;
    expect(journal.problem()).toBe('');
    const next = await openLog(disk.files(), clock);
    expect(await all(next)).toEqual([1, 2]);
  });

  it('promises nothing any more after another failure', async () => {
    const disk = new MemoryFiles();
    const journal = await openLog(disk.files());
    disk.fault = { error: Object.assign(new Error('i/o error'), { code: 'EIO' }), leaves: 3 };
    await expect(journal.commit([message(1)])).rejects.toMatchObject({ code: 'storage_failed' });
    disk.fault = undefined;
    await expect(journal.commit([message(1)])).rejects.toMatchObject({ code: 'storage_failed' });
    expect(journal.problem()).toContain('i/o error');
  });

  it('says when a disk hangs, and can be read meanwhile', async () => {
    const disk = new MemoryFiles();
    const clock = new StepClock();
    const journal = await openLog(disk.files(), clock);
    await journal.commit([message(1)]);
    const hung = Promise.withResolvers<void>();
    disk.hold = hung.promise;
    const waiting = journal.commit([message(2)]);
    await settle();
    await clock.advance(3_000);
    expect(journal.problem()).toBe('a write has been waiting for 3 s');
    expect(await numbers(journal, 0, 10)).toEqual([1]);
    hung.resolve();
    await waiting;
    expect(await numbers(journal, 0, 10)).toEqual([1, 2]);
  });

  it('stays small: what is confirmed goes', async () => {
    const dir = directory();
    const journal = await openLog(await openFiles(dir));
    for (let seq = 1; seq <= 200; seq += 1)
      await journal.commit([message(seq, 65_536), { kind: 'acknowledged', seq: seq - 1 }]);
    expect(readdirSync(dir).length).toBeLessThanOrEqual(2);
    await journal.close();
  });
});

it('the twin in memory and the log agree on any history', async () => {
  const disk = new MemoryFiles();
  const twin = memoryJournal();
  const key = (n: number) => ({ leaseId: lease.leaseId, epoch: n });
  let random = 7;
  const next = (limit: number): number => (random = (random * 48_271) % 2_147_483_647) % limit;
  let seq = 0;
  let log = await openLog(disk.files());
  for (let round = 0; round < 400; round += 1) {
    const n = next(4);
    const writes: JournalWrite[] = (
      [
        () => ({ kind: 'put_lease', lease: { ...lease, epoch: n, renewedAt: round } }),
        () => ({ kind: 'drop_lease', key: key(n) }),
        () => ({ kind: 'taken', key: key(n), taken: { stdout: round, stderr: n } }),
        () => ({ kind: 'renewed', key: key(n), renewedAt: round, ttlMs: n }),
        () => ({ kind: 'note', name: `n${n}`, value: next(2) === 0 ? undefined : `${round}` }),
        () => ({ kind: 'acknowledged', seq: next(seq + 1) }),
        () => message(++seq, next(200_000)),
      ] as (() => JournalWrite)[]
    ).flatMap((make) => (next(3) === 0 ? [make()] : []));
    await Promise.all([log.commit(writes), twin.commit(writes)]);
    const sorted = (journal: Journal) => {
      const { leases, ...rest } = journal.load();
      return { ...rest, leases: leases.toSorted((a, b) => a.epoch - b.epoch) };
    };
    if (next(10) === 0) {
      await log.close();
      log = await openLog(disk.files());
      expect(sorted(log)).toEqual(sorted(twin));
    }
    expect(log.outboxBytes()).toBe(twin.outboxBytes());
    const from = next(seq + 1);
    expect(await all(log, from)).toEqual(await all(twin, from));
  }
});
