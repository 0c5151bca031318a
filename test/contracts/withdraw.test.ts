/** What the node itself takes back, through both ends over a real socket: a card that fails, and a drain. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Watcher } from '../../agent/capacity/offering.ts';
import type { ProbeSnapshot } from '../../agent/probe/snapshot.ts';
import type { JobView } from '../../proto/api.ts';
import { parseId } from '../../proto/ids.ts';
import { admin, cards, type Pair, startPair } from '../fakes/pair.ts';
import { spec } from '../scheduler/values.ts';

const small = { cpu_milli: 100, memory_bytes: 2 ** 20, disk_bytes: 0, image: 'suanlink.test/busybox:1' };

let pair: Pair;
afterEach(() => pair.close());

const submit = (part: Parameters<typeof spec>[0] = {}): Promise<JobView> =>
  pair.core.control.submit(admin, spec({ ...small, command: ['hang'], grace_ms: 50, ...part }), undefined);
const now = (job: JobView): Promise<JobView> => pair.core.control.job(admin, parseId('job', job.id));
async function until(check: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 15_000;
  while (!(await check())) {
    if (Date.now() > end) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
const runs = (job: JobView): Promise<void> => until(async () => (await now(job)).lease?.state === 'running');

describe('a card that fails under a lease', () => {
  it('ends it as device_lost, with the words of its vendor', async () => {
    let snapshot: ProbeSnapshot = cards;
    let changed = (): void => {};
    const watcher: Watcher = {
      start: async (onChange) => void (changed = onChange),
      snapshot: () => snapshot,
      stop: async () => {},
    };
    pair = await startPair();
    await pair.agent('a', undefined, { watcher });
    const job = await submit({ accelerators: 2 });
    await runs(job);
    const vendors = cards.vendors.map((vendor) => ({
      ...vendor,
      devices: vendor.devices.map((device, i) =>
        i === 0 ? device : { ...device, health: 'failed' as const, healthReasons: ['xid 79'] },
      ),
    }));
    snapshot = { ...cards, vendors };
    changed();
    await until(async () => (await now(job)).state === 'ended');
    const [row] = await pair.core.control.usage(admin, { sinceUnixMs: 0, limit: 10 });
    expect(row).toMatchObject({ cards: 2 });
    expect((await now(job)).end).toMatchObject({
      reason: 'device_lost',
      message: expect.stringContaining('failed: xid 79'),
    });
    await until(() => pair.engine.containers.size === 0);
  });
});

describe('a drain', () => {
  it('outlives the agent, is told to the scheduler, and ends what runs at its deadline', async () => {
    pair = await startPair();
    const first = await pair.agent('a');
    const job = await submit();
    await runs(job);
    await first.port.drain('new fan', 3_600_000);
    await first.stop();
    const second = await pair.agent('a');
    expect(second.port.status().agent).toMatchObject({ state: 'draining', drain_reason: 'new fan' });
    expect(second.port.status().agent.drain_left_ms).toBeGreaterThan(3_500_000);
    const waiting = await submit();
    await until(async () => /1 node draining/.test((await now(waiting)).waiting_reason));
    expect((await now(job)).lease?.state).toBe('running');
    await second.port.drain('new fan', 100);
    await until(async () => (await now(job)).state === 'ended');
    expect((await now(job)).end).toMatchObject({
      reason: 'owner_reclaimed',
      message: 'the node is drained: new fan',
    });
    expect((await now(waiting)).state).toBe('queued');
    await second.port.undrain();
    await runs(waiting);
    await second.stop();
    const third = await pair.agent('a');
    expect(third.port.status().agent.state).toBe('running');
  });
});
