/** Persist, then send, then act: the order of effects, lazy turns, and what happens when the store fails. */
import { describe, expect, it } from 'vitest';
import type { SuanlinkError } from '../../proto/codes.ts';
import { makeId } from '../../proto/ids.ts';
import { Driver } from '../../scheduler/driver.ts';
import { createPool } from '../../scheduler/pool.ts';
import type { Effect } from '../../scheduler/pool/commands.ts';
import { createMemoryDisk, openMemoryStore } from '../../scheduler/store/memory.ts';
import type { Store } from '../../scheduler/store/store.ts';
import { failingStore, heldStore } from './failing-store.ts';
import { SteppedClock } from './stepped-clock.ts';
import { org, seed, spec, testRandom } from './values.ts';
import { worldOptions } from './world.ts';

async function start(store: Store) {
  const clock = new SteppedClock();
  const released: Effect[] = [];
  const fatal: SuanlinkError[] = [];
  const pool = createPool(await store.load(10), worldOptions, 0, 0);
  const driver = new Driver({
    ...{ pool, store, clock, random: testRandom() },
    release: (effect) => released.push(effect),
    onFatal: (error) => fatal.push(error),
  });
  driver.start();
  let n = 0;
  const submit = (key: string | null = null) => {
    n += 1;
    const jobId = makeId('job', seed(n));
    const rest = { spec: spec(), specHash: 'h', idempotencyKey: key };
    return driver.run({ kind: 'submit', jobId, org, by: '', ...rest });
  };
  return { driver, pool, clock, released, fatal, submit };
}

const memory = (): Store => openMemoryStore(createMemoryDisk('s'));
const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the driver', () => {
  it('releases nothing before it is durable, and then everything in order', async () => {
    const store = heldStore(memory());
    const { driver, released, submit } = await start(store);
    const first = submit();
    const second = submit();
    const { jobId } = { jobId: makeId('job', seed(1)) };
    const cancel = driver.run({ kind: 'stop', jobId, reason: 'cancelled', message: '', noticeMs: 0 });
    await tick();
    expect(released).toEqual([]);
    expect(driver.isSettling(jobId)).toBe(true);
    const done: string[] = [];
    void first.then(() => done.push('first'));
    void second.then(() => done.push('second'));
    void cancel.then(() => done.push('cancel'));
    for (const expected of [['first'], ['first', 'second'], ['first', 'second', 'cancel']]) {
      await store.next();
      expect(done).toEqual(expected);
    }
    expect(driver.isSettling(jobId)).toBe(false);
  });

  it('answers a repeated key only when the first job is durable', async () => {
    const store = heldStore(memory());
    const { submit } = await start(store);
    const first = submit('k');
    let answered = false;
    const again = submit('k').then((turn) => {
      answered = true;
      return turn;
    });
    await tick();
    expect(answered).toBe(false);
    expect(store.waiting).toHaveLength(1);
    await store.next();
    expect((await again).jobId).toBe((await first).jobId);
  });

  it('lets lazy turns ride with the next commit, or go alone a little later', async () => {
    const store = heldStore(memory());
    const { driver, clock, submit, pool } = await start(store);
    const nodeId = makeId('node', seed(3));
    const tokenId = makeId('token', seed(3));
    const record = {
      ...{
        id: tokenId,
        kind: 'join' as const,
        secretHash: new Uint8Array(32),
        name: '',
        org,
        role: '' as const,
      },
      ...{ createdUnixMs: 0, expiresUnixMs: 0, revoked: false, usedBy: '' as const },
    };
    driver.post({ kind: 'put_token', record });
    driver.post({
      kind: 'enrol',
      connection: 1,
      nodeId,
      nodeName: '',
      publicKey: new Uint8Array(32),
      tokenId,
    });
    const hello = { nodeName: '', agentVersion: '', bootId: '', capability: 1 };
    driver.post({ kind: 'connect', connection: 2, nodeId, ...hello });
    for (let i = 0; i < 3; i += 1) await store.next();
    driver.post({ kind: 'received', connection: 2, nodeId, seq: 4 });
    driver.post({ kind: 'received', connection: 2, nodeId, seq: 5 });
    expect(store.waiting).toHaveLength(0);
    void submit();
    expect(store.waiting.map((writes) => writes.map(({ kind }) => kind))).toEqual([
      ['received', 'received', 'job'],
    ]);
    await store.next();
    driver.post({ kind: 'received', connection: 2, nodeId, seq: 6 });
    clock.advance(24);
    expect(store.waiting).toHaveLength(0);
    clock.advance(1);
    expect(store.waiting).toHaveLength(1);
    expect(pool.state.nodes.get(nodeId)?.record.receivedSeq).toBe(6);
  });

  it('stops for good when a commit fails, and whoever waits hears of it', async () => {
    const { driver, released, fatal, submit } = await start(failingStore(memory(), 2));
    await submit();
    const before = released.length;
    const results = await Promise.allSettled([submit(), submit()]);
    expect(results.map((one) => one.status === 'rejected' && (one.reason as SuanlinkError).code)).toEqual([
      'storage_failed',
      'storage_failed',
    ]);
    expect(released).toHaveLength(before);
    expect(fatal.map(({ code }) => code)).toEqual(['storage_failed']);
    await expect(submit()).rejects.toMatchObject({ code: 'storage_failed' });
    let refused: SuanlinkError | undefined;
    driver.post({ kind: 'tick' }, (error) => {
      refused = error;
    });
    expect(refused?.code).toBe('storage_failed');
  });

  it('goes on after a refusal and stops after a defect', async () => {
    const { driver, fatal, submit, pool } = await start(memory());
    const missing = {
      kind: 'stop',
      jobId: makeId('job', seed(99)),
      reason: 'cancelled',
      message: '',
      noticeMs: 0,
    } as const;
    await expect(driver.run(missing)).rejects.toMatchObject({ code: 'not_found' });
    await submit();
    pool.state.queue.add = () => {
      throw new TypeError('a defect');
    };
    await expect(submit()).rejects.toMatchObject({ code: 'internal' });
    expect(fatal).toHaveLength(1);
  });

  it('wakes for the earliest deadline only', async () => {
    const { driver, clock, pool } = await start(memory());
    expect(clock.pending()).toBe(0);
    const { state } = pool;
    state.timers.push({ at: 500, kind: 'node', node: { restUntil: 1 } as never });
    driver.post({ kind: 'tick' });
    expect(clock.pending()).toBe(1);
    clock.advance(499);
    expect(state.timers.size).toBe(1);
    state.timers.pop();
    driver.post({ kind: 'tick' });
    expect(clock.pending()).toBe(0);
  });
});
