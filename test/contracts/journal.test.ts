/** One body for every journal: SQLite, its twin in memory, and what both must do on restart. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { accept } from '../../agent/lease/machine.ts';
import type { Journal } from '../../agent/lease/journal.ts';
import { emptyDisk, memoryJournal } from '../../agent/lease/journal-memory.ts';
import { openJournal } from '../../agent/lease/journal-sqlite.ts';
import { offerOf } from '../fakes/offer.ts';

const dirs: string[] = [];
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true });
});

/** A factory per implementation: each call opens the same storage again. */
const implementations: Record<string, () => () => Journal> = {
  sqlite: () => {
    const dir = mkdtempSync(join(tmpdir(), 'suanlink-journal-'));
    dirs.push(dir);
    return () => openJournal(join(dir, 'journal.db'));
  },
  memory: () => {
    const disk = emptyDisk();
    return () => memoryJournal(disk);
  },
};

const lease = accept(offerOf(), 'boot', 5);
const bytes = (n: number): Uint8Array => new Uint8Array(10).fill(n);

describe.each(Object.entries(implementations))('the %s journal', (_name, make) => {
  it('is empty at first', () => {
    const journal = make()();
    expect(journal.load()).toEqual({ leases: [], lastSeq: 0, ackedSeq: 0 });
    journal.close();
  });

  it('gives back after a restart what was committed, byte for byte', async () => {
    const open = make();
    const first = open();
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
      { kind: 'enqueue', seq: 1, frame: bytes(1) },
      { kind: 'enqueue', seq: 2, frame: bytes(2) },
    ]);
    await first.commit([{ kind: 'taken', key: lease, stdout: 7, stderr: 3 }]);
    first.close();
    const second = open();
    expect(second.load()).toEqual({
      leases: [{ ...lease, state: 'ended', end, endSeq: 2, taken: { stdout: 7, stderr: 3 } }],
      lastSeq: 2,
      ackedSeq: 0,
    });
    expect(second.outbox(0, 10).map(({ seq, frame }) => [seq, [...frame]])).toEqual([
      [1, [...bytes(1)]],
      [2, [...bytes(2)]],
    ]);
    expect(second.outboxBytes()).toBe(20);
    second.close();
  });

  it('keeps how far output was taken when the lease is written again', async () => {
    const journal = make()();
    await journal.commit([{ kind: 'put_lease', lease }]);
    await journal.commit([{ kind: 'taken', key: lease, stdout: 50, stderr: 0 }]);
    await journal.commit([{ kind: 'put_lease', lease: { ...lease, state: 'starting' } }]);
    expect(journal.load().leases[0]).toMatchObject({ state: 'starting', taken: { stdout: 50, stderr: 0 } });
    journal.close();
  });

  it('drops what is acknowledged and never uses a number twice', async () => {
    const open = make();
    const journal = open();
    await journal.commit([1, 2, 3].map((seq) => ({ kind: 'enqueue', seq, frame: bytes(seq) }) as const));
    await journal.commit([{ kind: 'acknowledged', seq: 3 }]);
    expect(journal.outbox(0, 10)).toEqual([]);
    expect(journal.outboxBytes()).toBe(0);
    journal.close();
    expect(open().load()).toMatchObject({ lastSeq: 3, ackedSeq: 3 });
  });

  it('reads the outbox in pages', async () => {
    const journal = make()();
    await journal.commit(
      Array.from({ length: 10 }, (_, i) => ({ kind: 'enqueue', seq: i + 1, frame: bytes(i) }) as const),
    );
    expect(journal.outbox(4, 3).map(({ seq }) => seq)).toEqual([5, 6, 7]);
    journal.close();
  });

  it('forgets a dropped lease', async () => {
    const journal = make()();
    await journal.commit([
      { kind: 'put_lease', lease },
      { kind: 'taken', key: lease, stdout: 1, stderr: 1 },
    ]);
    await journal.commit([{ kind: 'drop_lease', key: lease }]);
    expect(journal.load().leases).toEqual([]);
    journal.close();
  });
});

describe('the sqlite journal', () => {
  it('writes all commits of one turn together or none of them', async () => {
    const open = implementations.sqlite?.() ?? (() => memoryJournal());
    const journal = open();
    const good = journal.commit([{ kind: 'enqueue', seq: 1, frame: bytes(1) }]);
    const bad = journal.commit([{ kind: 'enqueue', seq: 1, frame: bytes(2) }]); // the same number twice
    await expect(good).rejects.toMatchObject({ code: 'storage_failed' });
    await expect(bad).rejects.toMatchObject({ code: 'storage_failed' });
    await expect(journal.commit([])).rejects.toMatchObject({ code: 'storage_failed' }); // fail-stop
    journal.close();
    expect(open().load().lastSeq).toBe(0);
  });
});
