/** Containers with the agent's label that it knows nothing of: reported, kept on silence, removed on the scheduler's word. */
import { afterEach, describe, expect, it } from 'vitest';
import { emptyDisk } from '../../agent/lease/journal-memory.ts';
import type { LeaseKey } from '../../proto/lease.ts';
import { AgentCore, inventory, settle, StepClock } from '../fakes/agent-core.ts';
import { MemoryEngine } from '../fakes/memory-runtime.ts';
import { leaseIdOf, offerOf, workOf } from '../fakes/offer.ts';
import { type Pair, startPair } from '../fakes/pair.ts';

/** A running container that says it is of `agent` and of the lease `key`. */
async function plant(engine: MemoryEngine, agent: string, key: LeaseKey): Promise<string> {
  const runtime = engine.runtime();
  const id = await runtime.create({
    name: `suanlink-${key.leaseId}-${key.epoch}`,
    image: 'suanlink.test/busybox:1',
    command: ['hang'],
    env: {},
    labels: { agent, lease: key.leaseId, epoch: key.epoch },
    limits: { cpuMilli: 1, memoryBytes: 1, pids: 1, shmBytes: 1, nofile: 1, nproc: 1 },
    network: 'none',
    readOnlyRoot: false,
    tmpfs: {},
    devices: [],
    mounts: [],
    cdi: [],
  });
  await runtime.start(id, () => {});
  return id;
}

describe('the core', () => {
  const key = { leaseId: leaseIdOf(7), epoch: 2 };

  it('removes a stray of which it is told, and nothing that a lease knows', async () => {
    const engine = new MemoryEngine();
    const stray = await plant(engine, 'node-a', key);
    const foreign = await plant(engine, 'node-b', { ...key, epoch: 3 });
    const core = new AgentCore({ disk: emptyDisk(), engine, clock: new StepClock() });
    await core.start();
    const offer = offerOf({ work: workOf({ command: ['hang'] }) });
    await core.leases.offered(offer, inventory);
    await core.leases.committed({ ...offer, ttlMs: 60_000, maxDurationMs: 60_000 });
    await settle();
    expect(core.reconciler.quarantined).toEqual([`suanlink-${key.leaseId}-2`]);
    expect(engine.containers.size).toBe(3);
    await core.reconciler.disown(offer);
    await core.reconciler.disown({ ...key, epoch: 1 });
    expect(engine.containers.size).toBe(3);
    await core.reconciler.disown(key);
    expect(engine.containers.has(stray)).toBe(false);
    expect(engine.containers.get(foreign)?.seen.state).toBe('running');
    expect(core.reconciler.quarantined).toEqual([]);
  });

  it('keeps an older epoch of a lease it holds apart from the lease', async () => {
    const engine = new MemoryEngine();
    const offer = offerOf({ epoch: 5, work: workOf({ command: ['hang'] }) });
    const old = await plant(engine, 'node-a', { leaseId: offer.leaseId, epoch: 4 });
    const core = new AgentCore({ disk: emptyDisk(), engine, clock: new StepClock() });
    await core.start();
    await core.leases.offered(offer, inventory);
    await core.leases.committed({ ...offer, ttlMs: 60_000, maxDurationMs: 60_000 });
    await settle();
    await core.reconciler.disown({ leaseId: offer.leaseId, epoch: 4 });
    expect([...engine.containers.keys()]).toEqual(['c2']);
    expect(old).toBe('c1');
  });
});

describe('agent and scheduler', () => {
  let pair: Pair;
  afterEach(() => pair.close());

  it('take away what the scheduler does not know either', async () => {
    pair = await startPair();
    const first = await pair.agent('a');
    const node = first.port.status().agent.node_id;
    await first.stop();
    await plant(pair.engine, node, { leaseId: leaseIdOf(7), epoch: 2 });
    const second = await pair.agent('a');
    expect(second.port.status().engine.quarantined_containers).toEqual([`suanlink-${leaseIdOf(7)}-2`]);
    await expect.poll(() => pair.engine.containers.size, { timeout: 15_000 }).toBe(0);
    expect(second.port.status().engine.quarantined_containers).toEqual([]);
  });
});
