/** What rows leave to other rows, or leave out: the specification of an array, of a gang, and ends that say nothing. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import { arrayMember } from '../../proto/ids.ts';
import type { EndRecord, JobRecord } from '../../scheduler/records.ts';
import { nothingHash } from '../../scheduler/store/log-record.ts';
import type { Store } from '../../scheduler/store/store.ts';
import { openStore, tempDir } from './core.ts';
import { end, jobRow, leaseRow } from './rows.ts';
import { org, spec } from './values.ts';

const dirs: { remove(): void }[] = [];
const open: Store[] = [];
afterEach(async () => {
  for (const store of open.splice(0)) await store.close();
  for (const dir of dirs.splice(0)) dir.remove();
});

const ended = { state: 'ended' as const };
const first = arrayMember(jobRow(1).id, 0);
const element = (index: number, changes: Partial<JobRecord> = {}): JobRecord =>
  jobRow(index + 1, {
    ...{ id: arrayMember(first, index), array: { id: first, index, size: 3 } },
    ...{ spec: spec({ env: { 名: '值' }, preemptible: true }), ...changes },
  });
const member = (rank: number): JobRecord =>
  jobRow(rank + 11, {
    spec: spec({ nodes: 2, env: { a: 'b' } }),
    gang: { id: jobRow(11).id, rank, size: 2 },
  });
const quiet: EndRecord = { ...end, stdoutBytes: 0, stdoutSha256: nothingHash, stderrSha256: nothingHash };

describe('the rows of SQLite', () => {
  it('hold the specification of an array or a gang once, and every job has it, whichever are in memory', async () => {
    const dir = tempDir();
    dirs.push(dir);
    const store = await openStore(dir.path, 'a');
    open.push(store);
    const keyed = element(0, { ...ended, idempotencyKey: 'k' });
    const array = [keyed, element(1, ended), element(2)];
    const gang = [member(0), member(1)];
    await store.commit([...array, ...gang].map((row) => ({ kind: 'job' as const, row })));
    const { jobs } = await store.load(0);
    expect(jobs).toEqual([array[2], ...gang]);
    expect(jobs[1]?.spec).toBe(jobs[2]?.spec);
    expect((await store.job(element(1).id))?.job).toEqual(array[1]);
    expect((await store.jobByKey(org, 'k'))?.job).toEqual(keyed);
    const older = await store.olderJobs({ org, upTo: 99, limit: 9 });
    expect(older.map(({ job }) => job)).toEqual([array[1], keyed]);
    await store.close();
    open.pop();
    const db = new DatabaseSync(join(dir.path, 'scheduler.db'));
    const specs = db.prepare('SELECT spec FROM jobs ORDER BY number').all();
    db.close();
    expect(specs.map((row) => row['spec'] === '')).toEqual([false, true, true, false, true]);
  });

  it('of an earlier release hold it in each, and are read as well', async () => {
    const dir = tempDir();
    dirs.push(dir);
    const store = await openStore(dir.path, 'a');
    await store.commit([element(0), element(1)].map((row) => ({ kind: 'job' as const, row })));
    await store.close();
    const db = new DatabaseSync(join(dir.path, 'scheduler.db'));
    const other = JSON.stringify({ ...element(1).spec, image: 'told/apart:1' });
    db.prepare('UPDATE jobs SET spec = ? WHERE number = 2').run(other);
    db.close();
    const again = await openStore(dir.path, 'a');
    open.push(again);
    const { jobs } = await again.load(9);
    expect(jobs.map(({ spec: { image } }) => image)).toEqual([element(0).spec.image, 'told/apart:1']);
  });

  it.each([
    ['that says nothing', quiet],
    ['with output', { ...quiet, stdoutBytes: 3, stdoutSha256: 'c'.repeat(64) }],
    ['with a message', { ...quiet, message: 'why', errorCode: 'internal' }],
    ['with output that was left out', { ...quiet, stdoutDroppedBytes: 5 }],
  ])('give back an end %s as it was', async (_, told) => {
    const dir = tempDir();
    dirs.push(dir);
    const store = await openStore(dir.path, 'a');
    open.push(store);
    await store.commit([
      { kind: 'job', row: jobRow(1, { ...ended, end: told }) },
      { kind: 'lease', row: leaseRow(1, 1, { ...ended, end: told }) },
    ]);
    const found = await store.job(jobRow(1).id);
    expect([found?.job.end, found?.leases[0]?.end]).toEqual([told, told]);
  });
});
