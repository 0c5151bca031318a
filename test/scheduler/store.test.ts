/** One body of tests over every store, and what only SQLite has: files, a lock, other releases. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import { makeId } from '../../proto/ids.ts';
import type { EndReason } from '../../proto/lease.ts';
import type { TokenRecord } from '../../scheduler/control.ts';
import { sourcesOf } from '../../scheduler/lease/states.ts';
import type { JobRecord, LeaseRecord, NodeRecord, UsageRecord } from '../../scheduler/records.ts';
import { createMemoryDisk, openMemoryStore } from '../../scheduler/store/memory.ts';
import { steps } from '../../scheduler/store/schema.ts';
import { fromLease } from '../../scheduler/store/sqlite-rows.ts';
import type { Store, Write } from '../../scheduler/store/store.ts';
import { openStore, tempDir } from './core.ts';
import { cardId, org, seed, spec } from './values.ts';

const jobRow = (n: number, changes: Partial<JobRecord> = {}): JobRecord => ({
  id: makeId('job', seed(n)),
  number: n,
  org,
  idempotencyKey: null,
  spec: spec({ env: { 名: '值\u0000"' } }),
  specHash: 'h',
  submittedUnixMs: 1_700_000_000_000,
  submittedBy: 'me',
  state: 'open',
  cancelled: null,
  end: null,
  ...changes,
});
const nodeRow: NodeRecord = {
  id: makeId('node', seed(1)),
  org,
  name: 'n1',
  publicKey: Uint8Array.from({ length: 32 }, (_, i) => i),
  sessionEpoch: 0,
  receivedSeq: 0,
  enrolledUnixMs: 5,
};
const leaseRow = (n: number, job = 1, changes: Partial<LeaseRecord> = {}): LeaseRecord => ({
  leaseId: makeId('lease', seed(n)),
  epoch: n,
  jobId: makeId('job', seed(job)),
  org,
  nodeId: nodeRow.id,
  nodeName: 'n1',
  model: 'A100',
  acceleratorIds: [cardId(0), cardId(1)],
  acceleratorMilli: 1000,
  inventoryGeneration: 'g',
  price: { tariff: 't', cardHourMicroYuan: 1, cpuHourMicroYuan: 2 },
  ttlMs: 30_000,
  state: 'offered',
  stop: null,
  grantedUnixMs: 7,
  end: null,
  ...changes,
});
const usageRow = (n: number, part = 1): UsageRecord => ({
  ...{ leaseId: makeId('lease', seed(n)), epoch: n, part, org, jobId: makeId('job', seed(n)) },
  ...{ nodeId: nodeRow.id, nodeName: 'n1', model: 'A100', cards: 2, runMs: 1, cardMs: 2, cpuMs: 3 },
  ...{ cpuExact: true, memoryPeakBytes: 2 ** 40, tariff: 't', priceMicroYuan: 2 ** 52, recordedUnixMs: 8 },
});
const token: TokenRecord = {
  ...{ id: makeId('token', seed(1)), kind: 'join', secretHash: new Uint8Array(32).fill(7), name: '', org },
  ...{ role: '', createdUnixMs: 1, expiresUnixMs: 0, revoked: false, usedBy: '' },
};
const end = {
  ...{ reason: 'completed' as const, exitCode: 0, errorCode: '', message: '', endedUnixMs: 9 },
  ...{
    stdoutBytes: 1,
    stderrBytes: 0,
    stdoutSha256: 'a',
    stderrSha256: 'b',
    timeline: [{ name: 'x', atMs: 1 }],
  },
};
const move = (n: number, state: LeaseRecord['state'], changes: object = {}): Write => ({
  ...{ kind: 'lease_state', leaseId: makeId('lease', seed(n)), epoch: n, from: sourcesOf(state), state },
  ...{ stop: null, end: null, ...changes },
});

const dirs: { remove(): void }[] = [];
const open: Store[] = [];
afterEach(async () => {
  for (const store of open.splice(0)) await store.close();
  for (const dir of dirs.splice(0)) dir.remove();
});

/** Opens the same state again and again. */
type Reopen = () => Promise<Store>;
const engines: Record<string, () => Reopen> = {
  SQLite() {
    const dir = tempDir();
    dirs.push(dir);
    return async () => {
      for (const store of open.splice(0)) await store.close();
      const store = await openStore(dir.path, 'sched-1');
      open.push(store);
      return store;
    };
  },
  memory() {
    const disk = createMemoryDisk('sched-1');
    return async () => openMemoryStore(disk);
  },
};

describe.each(Object.keys(engines))('the store in %s', (name) => {
  const start = (): Reopen => engines[name]?.() ?? expect.fail();

  it('is empty at first, with an identity that stays', async () => {
    const reopen = start();
    for (let i = 0; i < 2; i += 1)
      expect(await (await reopen()).load(10)).toEqual({
        ...{ schedulerId: 'sched-1', nextEpoch: 1, nextNumber: 1, more: false, pause: null },
        ...{ tokens: [], nodes: [], jobs: [], leases: [], usage: [] },
      });
  });

  it('gives back every kind of row as it was', async () => {
    const reopen = start();
    const store = await reopen();
    const stop = { reason: 'cancelled' as const, message: 'm', graceMs: 5 };
    await store.commit([
      { kind: 'token', row: token },
      { kind: 'node', row: nodeRow },
      { kind: 'job', row: jobRow(1, { idempotencyKey: 'k' }) },
      { kind: 'job', row: jobRow(2) },
      { kind: 'lease', row: leaseRow(4, 1) },
      { kind: 'next_epoch', value: 5 },
    ]);
    await store.commit([move(4, 'committed'), move(4, 'stopping', { stop })]);
    await store.commit([
      { kind: 'session', nodeId: nodeRow.id, name: 'renamed', sessionEpoch: 3 },
      { kind: 'received', nodeId: nodeRow.id, seq: 9 },
      { kind: 'received', nodeId: nodeRow.id, seq: 8 },
      { kind: 'token', row: { ...token, usedBy: nodeRow.id, revoked: true } },
      { kind: 'usage', row: usageRow(4) },
      { kind: 'job_end', jobId: jobRow(2).id, end },
    ]);
    expect(await (await reopen()).load(10)).toEqual({
      ...{ schedulerId: 'sched-1', nextEpoch: 5, nextNumber: 3, more: false, pause: null },
      tokens: [{ ...token, usedBy: nodeRow.id, revoked: true }],
      nodes: [{ ...nodeRow, name: 'renamed', sessionEpoch: 3, receivedSeq: 9 }],
      jobs: [jobRow(1, { idempotencyKey: 'k' }), jobRow(2, { state: 'ended', end })],
      leases: [leaseRow(4, 1, { state: 'stopping', stop })],
      usage: [usageRow(4)],
    });
  });

  it('keeps the order of commits, however many are made at once', async () => {
    const store = await start()();
    const done: number[] = [];
    await Promise.all(
      Array.from({ length: 50 }, async (_, n) => {
        await store.commit([{ kind: 'job', row: jobRow(n + 1) }]);
        done.push(n);
      }),
    );
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect((await store.load(0)).jobs).toHaveLength(50);
  });

  it.each<[string, Write]>([
    ['another epoch', { ...move(1, 'committed'), epoch: 2 } as Write],
    ['another state', move(1, 'running')],
    ['no such lease', move(9, 'committed')],
    ['an ended job', { kind: 'job_end', jobId: jobRow(2).id, end: null }],
    ['an older session', { kind: 'session', nodeId: nodeRow.id, name: '', sessionEpoch: 0 }],
  ])('refuses what is stale (%s), with all that was made after it', async (_name, write) => {
    const reopen = start();
    const store = await reopen();
    await store.commit([
      { kind: 'node', row: nodeRow },
      { kind: 'job', row: jobRow(2, { state: 'ended' }) },
      { kind: 'lease', row: leaseRow(1) },
    ]);
    const bad = store.commit([{ kind: 'job', row: jobRow(7) }, write]);
    await expect(bad).rejects.toMatchObject({ code: 'stale_epoch' });
    await expect(store.commit([{ kind: 'job', row: jobRow(8) }])).rejects.toMatchObject({
      code: 'stale_epoch',
    });
    const { jobs, leases } = await (await reopen()).load(10);
    expect(jobs.map(({ number }) => number)).toEqual([2]);
    expect(leases).toEqual([leaseRow(1)]);
  });

  it.each<[string, Write]>([
    ['an idempotency key', { kind: 'job', row: jobRow(2, { idempotencyKey: 'k' }) }],
    ['a job', { kind: 'job', row: jobRow(1) }],
    ['a lease', { kind: 'lease', row: leaseRow(1) }],
  ])('holds %s once', async (_name, write) => {
    const store = await start()();
    await store.commit([
      { kind: 'job', row: jobRow(1, { idempotencyKey: 'k' }) },
      { kind: 'lease', row: leaseRow(1) },
    ]);
    await expect(store.commit([write])).rejects.toMatchObject({ code: 'conflict' });
  });

  it('writes a usage record once', async () => {
    const store = await start()();
    await store.commit([{ kind: 'usage', row: usageRow(1) }]);
    await store.commit([
      { kind: 'usage', row: { ...usageRow(1), runMs: 99 } },
      { kind: 'usage', row: usageRow(1, 2) },
    ]);
    expect((await store.load(10)).usage).toEqual([usageRow(1), usageRow(1, 2)]);
  });

  it('loads what lives and the newest of what has ended, and finds the rest by key', async () => {
    const store = await start()();
    const ended = { state: 'ended' as const };
    await store.commit([
      { kind: 'job', row: jobRow(1, { ...ended, idempotencyKey: 'old' }) },
      { kind: 'job', row: jobRow(2) },
      { kind: 'job', row: jobRow(3, ended) },
      { kind: 'lease', row: leaseRow(1, 1, { state: 'ended', end }) },
      { kind: 'lease', row: leaseRow(2, 1, { state: 'ended', end }) },
      { kind: 'lease', row: leaseRow(3, 2, { state: 'running' }) },
      { kind: 'usage', row: usageRow(2) },
      { kind: 'usage', row: usageRow(3) },
    ]);
    const { jobs, leases, usage, more } = await store.load(1);
    expect(jobs.map(({ number }) => number)).toEqual([2, 3]);
    expect(leases.map(({ epoch }) => epoch)).toEqual([3]);
    expect(usage.map(({ epoch }) => epoch)).toEqual([3]);
    expect(more).toBe(true);
    const found = await store.jobByKey(org, 'old');
    expect(found?.job.number).toBe(1);
    expect(found?.leases.map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect(found?.usage).toEqual([usageRow(2)]);
    expect(await store.jobByKey(org, 'new')).toBeUndefined();
  });

  it('loads with a job what may have run, and its newest lease', async () => {
    const store = await start()();
    const of = (reason: EndReason) => ({ state: 'ended' as const, end: { ...end, reason } });
    await store.commit([
      { kind: 'job', row: jobRow(1) },
      { kind: 'lease', row: leaseRow(1, 1, of('node_lost')) },
      { kind: 'lease', row: leaseRow(2, 1, of('rejected')) },
      { kind: 'lease', row: leaseRow(3, 1) },
    ]);
    await store.commit([move(3, 'committed')]);
    await store.commit([move(3, 'ended', of('device_lost')), { kind: 'lease', row: leaseRow(4, 1) }]);
    await store.commit([move(4, 'ended', of('offer_expired'))]);
    expect((await store.load(9)).leases.map(({ epoch }) => epoch)).toEqual([1, 3, 4]);
  });

  it('notes once that a job was to end, and nothing of one that has', async () => {
    const reopen = start();
    const store = await reopen();
    await store.commit([
      { kind: 'job', row: jobRow(1) },
      { kind: 'job_cancelled', jobId: jobRow(1).id, message: '够了' },
      { kind: 'job', row: jobRow(2, { state: 'ended' }) },
    ]);
    const again = await reopen();
    expect((await again.load(9)).jobs.map(({ cancelled }) => cancelled)).toEqual(['够了', null]);
    await expect(
      again.commit([{ kind: 'job_cancelled', jobId: jobRow(2).id, message: '' }]),
    ).rejects.toMatchObject({ code: 'stale_epoch' });
  });

  it('keeps a pause until it is over', async () => {
    const reopen = start();
    for (const row of [{ by: '值班', message: 'm', sinceUnixMs: 5 }, null]) {
      await (await reopen()).commit([{ kind: 'pause', row }]);
      expect((await (await reopen()).load(1)).pause).toEqual(row);
    }
  });

  it('takes nothing after it is closed, and what was made before is there', async () => {
    const reopen = start();
    const store = await reopen();
    const last = store.commit([{ kind: 'job', row: jobRow(1) }]);
    await store.close();
    await last;
    await expect(store.commit([])).rejects.toMatchObject({ code: 'unavailable' });
    expect((await (await reopen()).load(1)).jobs).toHaveLength(1);
  });
});

describe('SQLite', () => {
  it('is owned by one process: a second is refused with the pid of the first', async () => {
    const dir = tempDir();
    dirs.push(dir);
    open.push(await openStore(dir.path, 'a'));
    const second = fileURLToPath(import.meta.resolve('./second-owner.ts'));
    const child = spawn(process.execPath, [second, dir.path]);
    let said = '';
    child.stdout.on('data', (data: Buffer) => {
      said += data.toString();
    });
    await once(child, 'close');
    expect(said).toContain(`state_locked ${process.pid} `);
    expect(said).toContain('--state-dir');
  });

  it('is not opened when a newer release wrote it', async () => {
    const dir = tempDir();
    dirs.push(dir);
    const db = new DatabaseSync(join(dir.path, 'scheduler.db'));
    db.exec(
      "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT); INSERT INTO meta VALUES ('schema_version', '99')",
    );
    db.close();
    await expect(openStore(dir.path, 'a')).rejects.toThrow(/newer release \(schema 99/);
  });

  it('brings forward what the first release wrote', async () => {
    const dir = tempDir();
    dirs.push(dir);
    const db = new DatabaseSync(join(dir.path, 'scheduler.db'));
    db.exec('CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT');
    db.exec("INSERT INTO meta VALUES ('schema_version','1'), ('scheduler_id','old'), ('next_epoch','3')");
    db.exec(steps[0] ?? '');
    const { max_retries: _, ...spec } = jobRow(1).spec;
    db.prepare('INSERT INTO jobs VALUES (?,?,?,?,?,?,?,?,?,?)').run(
      ...[
        1,
        jobRow(1).id,
        org,
        null,
        JSON.stringify(spec),
        'h',
        jobRow(1).submittedUnixMs,
        'me',
        'open',
        null,
      ],
    );
    const lease = db.prepare('INSERT INTO leases VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)');
    const rows = [
      leaseRow(1, 1, { state: 'ended', end: { ...end, reason: 'offer_expired' } }),
      leaseRow(2, 1, { state: 'running' }),
    ];
    for (const row of rows) lease.run(...fromLease(row).slice(0, -1));
    db.close();
    const store = await openStore(dir.path, 'new');
    open.push(store);
    const { schedulerId, jobs, leases } = await store.load(9);
    expect(schedulerId).toBe('old');
    expect(jobs).toEqual([jobRow(1)]);
    expect(leases).toEqual([rows[1]]);
  });

  it('says what is wrong with a damaged file', async () => {
    const dir = tempDir();
    dirs.push(dir);
    writeFileSync(join(dir.path, 'scheduler.db'), 'x'.repeat(8192));
    await expect(openStore(dir.path, 'a')).rejects.toThrow(
      /opening the scheduler's state in .*not a database/,
    );
  });

  it.each([1, 2, 3])(
    'has every acknowledged commit after kill -9 in the middle of others (round %i)',
    async () => {
      const dir = tempDir();
      dirs.push(dir);
      const child = spawn(process.execPath, [fileURLToPath(import.meta.resolve('./committer.ts')), dir.path]);
      let said = '';
      const enough = new Promise<void>((resolve) => {
        child.stdout.on('data', (data: Buffer) => {
          said += data.toString();
          if (said.split('\n').length > 200) resolve();
        });
      });
      await enough;
      child.kill('SIGKILL');
      await once(child, 'close');
      const acknowledged = Number(said.split('\n').slice(0, -1).at(-1));
      expect(acknowledged).toBeGreaterThan(100);
      const store = await openStore(dir.path, 'other');
      open.push(store);
      const { jobs, leases, schedulerId } = await store.load(10);
      expect(schedulerId).toBe('first');
      expect(jobs.length).toBeGreaterThanOrEqual(acknowledged);
      expect(jobs.map(({ number }) => number)).toEqual(jobs.map((_, i) => i + 1));
      // A commit is there as a whole: each job with its lease.
      expect(leases).toHaveLength(jobs.length);
      await store.commit([{ kind: 'job', row: jobRow(jobs.length + 1) }]);
    },
  );
});
