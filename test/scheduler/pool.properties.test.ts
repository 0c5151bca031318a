/** Safety and liveness of the pool under random histories. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JobSpec } from '../../proto/api.ts';
import { nameOf } from './model-agent.ts';
import { inventory } from './values.ts';
import { World } from './world.ts';

const job = fc.constantFrom<Partial<JobSpec>>(
  {},
  { accelerators: 2 },
  { max_retries: 2 },
  { accelerator_milli: 300 },
  { accelerator_milli: 700, priority: 1 },
  { accelerators: 0, cpu_milli: 30_000 },
  { accelerators: 3, priority: 2 },
  { accelerators: 1, nodes: 2 },
  { accelerators: 1, nodes: 3, max_retries: 1 },
  { preemptible: true },
  { accelerators: 2, preemptible: true, max_retries: 1 },
  { accelerators: 1, nodes: 2, preemptible: true },
);
const n = fc.nat({ max: 2 });
const small = fc.nat({ max: 30 });

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('submit' as const),
      job,
      key: fc.option(fc.constantFrom('a', 'b')),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('pump' as const), n, count: fc.integer({ min: 1, max: 6 }) }),
  },
  { weight: 3, arbitrary: fc.constant({ do: 'pumpAll' as const }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('finish' as const), n, which: small }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel' as const), which: small }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('preempt' as const), which: small }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('disconnect' as const), n }) },
  { weight: 2, arbitrary: fc.constant({ do: 'vanish' as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('hearing' as const), on: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('granting' as const), on: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('connect' as const), n }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lose' as const), n, which: small }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.integer({ min: 1, max: 40_000 }) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('renew' as const), n }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('repeat' as const), n, which: small }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('stale' as const), n, shift: fc.constantFrom(-1, 1) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('refuse' as const), n, on: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('drain' as const), n, on: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant({ do: 'restart' as const }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Messages about leases of another epoch than they have. */
function sendStale(world: World, which: number, shift: number): void {
  const wire = world.wires[which];
  if (wire?.connection === undefined) return;
  const { agent, connection } = wire;
  const live = [...(world.pool.state.nodes.get(agent.nodeId)?.live.values() ?? [])];
  for (const { leaseId, epoch, state } of live) {
    const key = { leaseId, epoch: epoch + shift };
    const reject = { ...key, code: 'no_capacity', message: '' };
    world.deliverUp(agent.nodeId, connection, { seq: 0, message: { kind: 'accept', value: key } });
    world.deliverUp(agent.nodeId, connection, { seq: 0, message: { kind: 'reject', value: reject } });
    expect(world.pool.state.leases.get(leaseId)?.state).toBe(state);
    const renewed = world.pool.renew(agent.nodeId, connection, { request: 1, leases: [key] }, world.now);
    expect(renewed?.renewals[0]?.verdict).toBe('unknown');
  }
}

function run(world: World, one: Step): void {
  switch (one.do) {
    case 'submit':
      // The same key with another specification is a conflict: keys here name their specification.
      world.submit(one.job, one.key === null ? null : one.key + JSON.stringify(one.job));
      break;
    case 'pump':
      world.pump(one.n, one.count);
      break;
    case 'pumpAll':
      world.pump();
      break;
    case 'finish':
      world.wires[one.n]?.agent.finish(one.which, world.now);
      break;
    case 'lose':
      // Its container is gone without its doing.
      world.wires[one.n]?.agent.finish(one.which, world.now, 'device_lost');
      break;
    case 'cancel': {
      const jobId = world.jobs[one.which];
      if (jobId) world.apply({ kind: 'stop', jobId, reason: 'cancelled', message: '', noticeMs: 0 });
      break;
    }
    case 'preempt': {
      const jobId = world.jobs[one.which];
      const how = { reason: 'preempted', message: '', noticeMs: 20_000 } as const;
      if (jobId) world.apply({ kind: 'stop', jobId, ...how });
      break;
    }
    case 'disconnect':
      world.disconnect(one.n);
      break;
    case 'vanish':
      for (let all = 0; all < world.wires.length; all += 1) world.disconnect(all);
      break;
    case 'hearing':
      world.heartbeats = one.on;
      break;
    case 'granting':
      if (one.on) world.apply({ kind: 'resume_granting', by: 't' });
      else world.apply({ kind: 'pause_granting', by: 't', message: '' });
      break;
    case 'connect':
      world.connect(one.n);
      break;
    case 'advance':
      world.advance(one.ms);
      break;
    case 'renew':
      world.wires[one.n]?.agent.renew(world.now);
      break;
    case 'repeat': {
      // The network hands an old message over once more.
      const wire = world.wires[one.n];
      const down = wire?.down[one.which % Math.max(1, wire.down.length)];
      if (wire && down && down.kind !== 'welcome' && down.kind !== 'renewed') wire.down.push(down);
      const numbered = wire?.agent.outbox[0];
      if (wire && numbered) wire.agent.out.unshift(numbered);
      break;
    }
    case 'stale':
      sendStale(world, one.n, one.shift);
      break;
    case 'refuse': {
      const wire = world.wires[one.n];
      if (wire) wire.agent.refusing = one.on;
      break;
    }
    case 'drain': {
      const wire = world.wires[one.n];
      if (!wire) break;
      wire.agent.inventory = { ...wire.agent.inventory, draining: one.on };
      wire.agent.out.push({ seq: 0, message: { kind: 'inventory', value: wire.agent.inventory } });
      break;
    }
    case 'restart':
      world.restart();
      break;
    default:
      one satisfies never;
  }
  world.check();
}

describe('the pool, whatever happens,', () => {
  it('never over-allocates, ends every job and lease once, bills once, and lets everything end', () => {
    let steps = 0;
    let leases = 0;
    let retried = 0;
    let braked = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (history) => {
        const world = new World({ massLoss: { minNodes: 2, sharePct: 50, holdMs: 100_000 } });
        world.addNode(3);
        world.addNode(2);
        world.addNode(inventory(1, { generation: 'g2' }));
        for (const one of history) {
          run(world, one);
          steps += 1;
        }
        world.apply({ kind: 'resume_granting', by: 't' });
        world.settle();
        world.check();
        if (world.alerts.includes('mass_loss')) braked += 1;
        const open = [...world.pool.state.jobs.values()].filter((one) => one.state !== 'ended');
        expect(open.map((one) => [one.state, one.record.spec])).toEqual([]);
        expect(world.jobs.filter((id) => world.jobEnds.get(id) !== 1)).toEqual([]);
        // What the agents say that ran is what was billed, lease by lease.
        const billed = new Map(world.usageRows.map((row) => [nameOf(row), row.cardMs]));
        for (const { agent } of world.wires)
          for (const [name, end] of agent.ends)
            expect([name, billed.get(name)]).toEqual([name, end.usage.cardMs]);
        leases += world.leaseEnds.size;
        for (const one of world.pool.state.jobs.values()) if (one.attempts.length > 1) retried += 1;
        // The disk tells the same story as memory.
        for (const lease of world.disk.leases.values()) expect(lease.state).toBe('ended');
      }),
      { numRuns: 200 },
    );
    expect(steps).toBeGreaterThan(2000);
    expect(leases).toBeGreaterThan(500);
    expect(retried).toBeGreaterThan(10);
    expect(braked).toBeGreaterThan(10);
  });
});
