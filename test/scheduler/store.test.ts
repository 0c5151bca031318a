/** One body of tests over every store. */
import { afterEach, describe, expect, it } from 'vitest';
import { makeId, parseOrg } from '../../proto/ids.ts';
import type { EndReason } from '../../proto/lease.ts';
import { defaultTerms } from '../../scheduler/queue/shares.ts';
import type { SettingRecord, UsageQuery, UsageRecord } from '../../scheduler/records.ts';
import { createMemoryDisk, openMemoryStore } from '../../scheduler/store/memory.ts';
import type { PastCharge, Store, Write } from '../../scheduler/store/store.ts';
import { openStore, tempDir } from './core.ts';
import { end, jobRow, leaseRow, move, nodeRow, token, usageRow } from './rows.ts';
import { org, seed } from './values.ts';

const nodeSignature = new Uint8Array(64).fill(9);
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

const terms: SettingRecord = { kind: 'terms', name: org, value: { ...defaultTerms(org), maxCards: 9 } };
const hold: SettingRecord = {
  kind: 'hold',
  name: 'h',
  value: { id: 'h', nodeIds: [], org: null, fromUnixMs: 1, untilUnixMs: 2, message: '', by: '' },
};
/** Of `usageRow`. */
const charge = (user: string): PastCharge => ({
  ...{ org, user, model: 'A100', cardMs: 2, preemptible: false, recordedUnixMs: 8 },
});
const gang = { id: jobRow(3).id, rank: 0, size: 2 };

describe.each(Object.keys(engines))('the store in %s', (name) => {
  const start = (): Reopen => engines[name]?.() ?? expect.fail();

  it('is empty at first, with an identity that stays', async () => {
    const reopen = start();
    for (let i = 0; i < 2; i += 1)
      expect(await (await reopen()).load(10)).toEqual({
        ...{
          schedulerId: 'sched-1',
          nextEpoch: 1,
          nextNumber: 1,
          forgottenTo: 0,
          pause: null,
          months: [],
          settings: [],
        },
        ...{ tokens: [], nodes: [], jobs: [], leases: [], usage: [], charges: [] },
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
      { kind: 'usage', row: usageRow(4), nodeSignature },
      { kind: 'setting', row: { ...terms, value: { ...terms.value, maxCards: 1 } } },
      { kind: 'setting', row: terms },
      { kind: 'setting', row: hold },
      { kind: 'setting_over', of: 'hold', name: 'h' },
      { kind: 'job', row: jobRow(3, { gang }) },
      { kind: 'job_end', jobId: jobRow(2).id, end },
    ]);
    expect(await (await reopen()).load(10)).toEqual({
      ...{ schedulerId: 'sched-1', nextEpoch: 5, nextNumber: 4, forgottenTo: 0, pause: null },
      tokens: [{ ...token, usedBy: nodeRow.id, revoked: true }],
      nodes: [{ ...nodeRow, name: 'renamed', sessionEpoch: 3, receivedSeq: 9 }],
      jobs: [jobRow(1, { idempotencyKey: 'k' }), jobRow(2, { state: 'ended', end }), jobRow(3, { gang })],
      months: [{ org, month: '1970-01', cardMs: 2 }],
      settings: [terms],
      leases: [leaseRow(4, 1, { state: 'stopping', stop })],
      usage: [usageRow(4)],
      charges: [charge('')],
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

  it('has what was committed before when an empty commit is done', async () => {
    const store = await start()();
    void store.commit([{ kind: 'job', row: jobRow(1) }]);
    void store.commit([{ kind: 'job_end', jobId: jobRow(1).id, end }]);
    await store.commit([]);
    expect((await store.job(jobRow(1).id))?.job).toMatchObject({ state: 'ended', end });
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
    await store.commit([
      { kind: 'job', row: jobRow(1) },
      { kind: 'lease', row: leaseRow(1, 1, { state: 'running' }) },
      { kind: 'usage', row: usageRow(1), nodeSignature },
    ]);
    await store.commit([
      { kind: 'usage', row: { ...usageRow(1), runMs: 99 }, nodeSignature },
      { kind: 'usage', row: usageRow(1, 2), nodeSignature },
    ]);
    expect((await store.load(10)).usage).toEqual([usageRow(1), usageRow(1, 2)]);
  });

  it('sums usage by organisation, node, model and day, over whatever there is', async () => {
    const store = await start()();
    const dayMs = 86_400_000;
    const record = (n: number, changes: Partial<UsageRecord>): Write => ({
      kind: 'usage',
      nodeSignature,
      row: { ...usageRow(n), cardMs: 2 ** n, priceMicroYuan: n, recordedUnixMs: 100 * dayMs + n, ...changes },
    });
    const other = parseOrg('other');
    await store.commit([
      record(1, {}),
      record(2, { proof: 'unsigned', model: 'B' }),
      record(3, { org: other, nodeName: 'n2' }),
      record(4, { proof: 'disputed', priceMicroYuan: 0 }),
      record(5, { recordedUnixMs: 101 * dayMs - 3_600_000 }),
    ]);
    const query: UsageQuery = {
      ...{ by: 'org', sinceUnixMs: 0, untilUnixMs: Number.MAX_SAFE_INTEGER, utcOffsetMs: 0, org: null },
    };
    const sums = async (changes: Partial<UsageQuery>) =>
      (await store.usageSums({ ...query, ...changes })).map((sum) => [
        ...[sum.key, sum.label, sum.records, sum.cardMs, sum.priceMicroYuan, sum.disputed, sum.unsigned],
      ]);
    expect(await sums({})).toEqual([
      ['acme', '', 4, 2 + 4 + 32, 8, 1, 1],
      ['other', '', 1, 8, 3, 0, 0],
    ]);
    expect(await sums({ by: 'node' })).toEqual([[nodeRow.id, 'n2', 5, 46, 11, 1, 1]]);
    expect(await sums({ by: 'model', org })).toEqual([
      ['A100', '', 3, 34, 6, 1, 0],
      ['B', '', 1, 4, 2, 0, 1],
    ]);
    expect(await sums({ by: 'day' })).toEqual([['1970-04-11', '', 5, 46, 11, 1, 1]]);
    expect(await sums({ by: 'day', utcOffsetMs: 8 * 3_600_000 })).toEqual([
      ['1970-04-11', '', 4, 14, 6, 1, 1],
      ['1970-04-12', '', 1, 32, 5, 0, 0],
    ]);
    expect(await sums({ sinceUnixMs: 100 * dayMs + 2, untilUnixMs: 100 * dayMs + 3 })).toEqual([
      ['acme', '', 1, 4, 2, 0, 1],
    ]);
  });

  it('finds a lease and the usage of a job, however old, with the node’s signature', async () => {
    const store = await start()();
    await store.commit([
      { kind: 'node', row: nodeRow },
      { kind: 'job', row: jobRow(1, { state: 'ended' }) },
      { kind: 'lease', row: leaseRow(1, 1, { state: 'ended', end }) },
      { kind: 'usage', row: usageRow(1), nodeSignature },
      { kind: 'usage', row: usageRow(1, 2), nodeSignature: new Uint8Array(0) },
    ]);
    expect(await store.lease(leaseRow(1).leaseId)).toEqual(leaseRow(1, 1, { state: 'ended', end }));
    expect(await store.lease(leaseRow(2).leaseId)).toBeUndefined();
    expect(await store.jobUsage(jobRow(2).id)).toEqual([]);
    const found = await store.jobUsage(jobRow(1).id);
    expect(found.map(({ record }) => record)).toEqual([usageRow(1), usageRow(1, 2)]);
    expect(found.map((one) => one.nodeSignature.length)).toEqual([64, 0]);
    expect(found[0]?.nodePublicKey).toEqual(nodeRow.publicKey);
    // Two that were written together: one signature, and a step to its root.
    const length = name === 'SQLite' ? 64 + 33 : 0;
    expect(found.map(({ countersignature }) => countersignature.length)).toEqual([length, length]);
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
      { kind: 'usage', row: usageRow(2), nodeSignature },
      { kind: 'usage', row: usageRow(3), nodeSignature },
    ]);
    const { jobs, leases, usage, charges, forgottenTo } = await store.load(1);
    expect(jobs.map(({ number }) => number)).toEqual([2, 3]);
    expect(leases.map(({ epoch }) => epoch)).toEqual([3]);
    expect(usage.map(({ epoch }) => epoch)).toEqual([3]);
    expect(charges).toHaveLength(2);
    expect(forgottenTo).toBe(1);
    const found = await store.jobByKey(org, 'old');
    expect(found?.job.number).toBe(1);
    expect(found?.leases.map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect(found?.usage).toEqual([usageRow(2)]);
    expect(await store.jobByKey(org, 'new')).toBeUndefined();
  });

  it('finds any job, lists what has ended and what was used, and knows who has had what', async () => {
    const store = await start()();
    const ended = { state: 'ended' as const };
    const other = parseOrg('other');
    const cheap = { spec: { ...jobRow(3).spec, preemptible: true } };
    const used = (n: number, changes: Partial<UsageRecord> = {}): Write => ({
      kind: 'usage',
      row: { ...usageRow(n), jobId: jobRow(n).id, recordedUnixMs: n, ...changes },
      nodeSignature,
    });
    await store.commit([
      { kind: 'job', row: jobRow(1, ended) },
      { kind: 'job', row: jobRow(2, { ...ended, org: other }) },
      { kind: 'job', row: jobRow(3, { ...ended, ...cheap }) },
      { kind: 'job', row: jobRow(4) },
      { kind: 'lease', row: leaseRow(1, 1, { state: 'ended', end }) },
      ...[used(1), used(2, { org: other }), used(3)],
    ]);
    const one = await store.job(jobRow(1).id);
    expect([one?.job.number, one?.leases.length, one?.usage.length]).toEqual([1, 1, 1]);
    expect(await store.job(makeId('job', seed(99)))).toBeUndefined();
    const older = async (of: typeof org | null, upTo: number, limit: number): Promise<number[]> =>
      (await store.olderJobs({ org: of, upTo, limit })).map(({ job }) => job.number);
    expect(await older(null, 9, 9)).toEqual([3, 2, 1]);
    expect(await older(null, 2, 1)).toEqual([2]);
    expect(await older(org, 9, 9)).toEqual([3, 1]);
    const recent = async (of: typeof org | null, sinceUnixMs: number, limit: number): Promise<number[]> =>
      (await store.recentUsage({ org: of, sinceUnixMs, limit })).map(({ epoch }) => epoch);
    expect(await recent(null, 0, 9)).toEqual([3, 2, 1]);
    expect(await recent(null, 2, 1)).toEqual([3]);
    expect(await recent(org, 2, 9)).toEqual([3]);
    const { charges } = await store.load(0);
    const had = charges.map(({ org: of, user, preemptible }) => [of, user, preemptible]);
    const by = jobRow(1).submittedBy;
    expect(had.map(String).toSorted()).toEqual(
      [`${org},${by},false`, `${org},${by},true`, `other,${by},false`].toSorted(),
    );
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

  it('notes once that the log of an ended lease was removed', async () => {
    const reopen = start();
    const store = await reopen();
    await store.commit([
      { kind: 'job', row: jobRow(1) },
      { kind: 'lease', row: leaseRow(1, 1, { state: 'ended', end }) },
      { kind: 'lease', row: leaseRow(2, 1) },
    ]);
    const removed = (n: number, unixMs: number): Write => ({
      ...{ kind: 'log_removed', leaseId: makeId('lease', seed(n)), epoch: n, unixMs },
    });
    await store.commit([removed(1, 70), removed(1, 80), removed(2, 70)]);
    const { leases } = await (await reopen()).load(9);
    const byEpoch = leases.map(({ epoch, logRemovedUnixMs }) => [epoch, logRemovedUnixMs]);
    expect(new Map(byEpoch as [number, number | null][])).toEqual(
      new Map([
        [1, 70],
        [2, null],
      ]),
    );
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
