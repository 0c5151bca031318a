/** A disk that hangs holds up what must be durable, and nothing else: renewals and heartbeats go on. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JobId } from '../../proto/ids.ts';
import type { LeaseKey } from '../../proto/lease.ts';
import { openDisk } from '../../scheduler/store/disk.ts';
import { createMemoryDisk, openMemoryStore } from '../../scheduler/store/memory.ts';
import { joinToken, startTestCore, type TestCore, tempDir } from './core.ts';
import { endOf } from './ends.ts';
import { heldStore } from './failing-store.ts';
import { enrolWith, makeKey, openSession, openWire, present, type ScriptedAgent } from './scripted-agent.ts';
import { inventory, principal, spec } from './values.ts';

const tenant = principal('tenant');
const none = { card: [], utilizationPct: [], memoryUsedMib: [], temperatureC: [], powerW: [] };
let dir = tempDir();
let running: TestCore | undefined;
beforeEach(() => {
  dir = tempDir();
});
afterEach(async () => {
  await running?.stop();
  running = undefined;
  dir.remove();
});

/** An agent that runs one lease. */
async function startLease(core: TestCore): Promise<{ agent: ScriptedAgent; key: LeaseKey; id: JobId }> {
  const { control } = core.core;
  const agentKey = makeKey();
  const { nodeId } = await enrolWith(core.url, await joinToken(control, 1), agentKey);
  const agent = await openSession(core.url, nodeId, agentKey);
  present(agent, inventory(2));
  const job = await control.submit(tenant, spec(), undefined);
  const { leaseId, epoch } = await agent.heard('offer');
  const key = { leaseId, epoch };
  agent.send({ kind: 'accept', value: key });
  await agent.heard('commit');
  return { agent, key, id: job.id as JobId };
}

/** Renewals and heartbeats for a while; the longest that one answer took, in ms. */
async function askFor(agent: ScriptedAgent, key: LeaseKey, times: number): Promise<number> {
  let longest = 0;
  for (let n = 0; n < times; n += 1) {
    const began = performance.now();
    agent.send({ kind: 'renew', value: { request: n, leases: [key] } });
    agent.send({ kind: 'heartbeat', value: { sample: n, ...none, hostCpuPct: 0, hostMemoryUsedMib: 0 } });
    const { renewals } = await agent.heard('renewed');
    expect(renewals).toMatchObject([{ verdict: 'keep' }]);
    expect(await agent.heard('heartbeatAck')).toEqual({ sample: n });
    longest = Math.max(longest, performance.now() - began);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return longest;
}

describe('while the disk hangs', () => {
  it('renewals and heartbeats are answered, newcomers are challenged, and what waited is done afterwards', async () => {
    const held = new Int32Array(new SharedArrayBuffer(8));
    const file = new URL(import.meta.resolve('./slow-disk-thread.ts'));
    const options = { stateDir: dir.path, schedulerId: 'slow' };
    const disk = await openDisk(options, { file, workerData: { held } });
    running = await startTestCore(dir.path, disk);
    const { agent, key, id } = await startLease(running);
    Atomics.store(held, 0, 1);
    let isAccepted = false;
    const submitted = running.core.control.submit(tenant, spec(), undefined).then(() => {
      isAccepted = true;
    });
    expect(await askFor(agent, key, 50)).toBeLessThan(1000);
    // The end of a lease is true at once; it is acknowledged, and told, when it is durable.
    const seq = agent.tell({ kind: 'leaseEnd', value: endOf(key) });
    await expect.poll(async () => (await running?.core.control.job(tenant, id))?.state).toBe('ended');
    const wire = openWire(running.url);
    expect((await wire.heard('challenge')).schedulerId).toBe('slow');
    wire.socket.terminate();
    expect([isAccepted, agent.ack < seq]).toEqual([false, true]);
    Atomics.store(held, 0, 0);
    Atomics.notify(held, 0);
    await submitted;
    await agent.acked(seq);
    expect((await running.core.control.job(tenant, id)).end?.reason).toBe('completed');
    expect(running.fatal).toEqual([]);
  });

  it('for ever, renewals still are: the store that never answers', async () => {
    const store = heldStore(openMemoryStore(createMemoryDisk('held')));
    running = await startTestCore(dir.path, { store });
    const pump = setInterval(() => void store.next(), 1);
    const { agent, key } = await startLease(running);
    clearInterval(pump);
    const waiting = running.core.control.submit(tenant, spec(), undefined).catch(() => 'refused');
    expect(await askFor(agent, key, 50)).toBeLessThan(1000);
    expect(store.waiting.length).toBeGreaterThan(0);
    for (let n = 0; n < 5; n += 1) await store.next();
    await waiting;
  });
});
