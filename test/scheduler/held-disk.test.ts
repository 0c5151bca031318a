/** The store's own thread while its disk is held: what goes together afterwards, what is refused, what need not wait. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Disk, openDisk } from '../../scheduler/store/disk.ts';
import type { Write } from '../../scheduler/store/store.ts';
import { tempDir } from './core.ts';
import { jobRow } from './rows.ts';
import { org } from './values.ts';

const options = (stateDir: string) => ({ stateDir, schedulerId: 'held' });
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const epoch = (value: number): Write => ({ kind: 'next_epoch', value });
const stale: Write = { kind: 'job_end', jobId: jobRow(9).id, end: null };

let dir = tempDir();
const held = new Int32Array(new SharedArrayBuffer(8));
let disk: Disk;

async function open(): Promise<Disk> {
  held.fill(0);
  const file = new URL(import.meta.resolve('./slow-disk-thread.ts'));
  return openDisk(options(dir.path), { file, workerData: { held } });
}

function hold(isHeld: boolean): void {
  Atomics.store(held, 0, isHeld ? 1 : 0);
  Atomics.notify(held, 0);
}

async function close(): Promise<void> {
  hold(false);
  await disk.logs.close();
  await disk.store.close();
}

beforeEach(async () => {
  dir = tempDir();
  disk = await open();
});
afterEach(() => dir.remove());

/** Commits each of `all` in a turn of its own, while the disk is held in the first. */
async function commitWhileHeld(all: readonly Write[]): Promise<PromiseSettledResult<void>[]> {
  hold(true);
  const results: Promise<void>[] = [];
  for (const write of all) {
    results.push(disk.store.commit([write]));
    await turn();
  }
  // The thread has begun with the first.
  await expect.poll(() => Atomics.load(held, 1)).toBeGreaterThan(0);
  hold(false);
  return Promise.allSettled(results);
}

it('what comes while a commit is under way is one commit, in its order', async () => {
  const before = Atomics.load(held, 1);
  const results = await commitWhileHeld([1, 2, 3, 4, 5, 6, 7, 8].map((n) => epoch(n)));
  expect(results.every(({ status }) => status === 'fulfilled')).toBe(true);
  // The first turns may reach the thread together; what came after it had begun went in one.
  expect(Atomics.load(held, 1) - before).toBeLessThanOrEqual(2);
  expect((await disk.store.load(10)).nextEpoch).toBe(8);
  await close();
});

it('what is on its way when a commit fails is refused with it, and never written', async () => {
  hold(true);
  const failing = disk.store.commit([stale]);
  await expect.poll(() => Atomics.load(held, 1)).toBe(1);
  const late = [disk.store.commit([epoch(50)])];
  await turn();
  late.push(disk.store.commit([epoch(60)]));
  await turn();
  hold(false);
  for (const one of await Promise.allSettled([failing, ...late]))
    expect(one).toMatchObject({ status: 'rejected', reason: { code: 'stale_epoch' } });
  await expect(disk.store.commit([epoch(70)])).rejects.toMatchObject({ code: 'stale_epoch' });
  await close();
  disk = await open();
  expect((await disk.store.load(10)).nextEpoch).toBe(1);
  await close();
});

it('a key that was never used need not wait for it; one that was is found, also of before', async () => {
  await disk.store.commit(
    [1, 2].map((n) => ({ kind: 'job', row: jobRow(n, { idempotencyKey: `key-${n}` }) })),
  );
  await close();
  disk = await open();
  await disk.store.load(10);
  await expect.poll(() => isKnownAtOnce('key-3')).toBe(false);
  expect(await isKnownAtOnce('key-1')).toBe('waits');
  expect((await disk.store.jobByKey(org, 'key-2'))?.job.number).toBe(2);
  await disk.store.commit([{ kind: 'job', row: jobRow(3, { idempotencyKey: 'key-3' }) }]);
  expect((await disk.store.jobByKey(org, 'key-3'))?.job.number).toBe(3);
  await close();
});

/** What is said of a key while the disk is held. */
async function isKnownAtOnce(key: string): Promise<boolean | 'waits'> {
  hold(true);
  const commit = disk.store.commit([epoch(5)]);
  await turn();
  const answer = await Promise.race([
    disk.store.jobByKey(org, key).then((job) => job !== undefined),
    new Promise<'waits'>((resolve) => setTimeout(() => resolve('waits'), 50)),
  ]);
  hold(false);
  await commit;
  return answer;
}
