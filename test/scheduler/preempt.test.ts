/** Leases that give way: preemptible ones to all others, borrowed ones to those to whom the cards are guaranteed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JobSpec } from '../../proto/api.ts';
import type { JobId, OrgId } from '../../proto/ids.ts';
import { parseOrg } from '../../proto/ids.ts';
import type { Lease } from '../../scheduler/lease/lease.ts';
import { defaultFair, defaultTerms } from '../../scheduler/queue/shares.ts';
import { defaultTariff } from '../../scheduler/usage/tariff.ts';
import { org } from './values.ts';
import { World } from './world.ts';

const [a, b] = [parseOrg('a'), parseOrg('b')];
const minute = 60_000;

function worldOf(...cards: number[]): World {
  const world = new World();
  for (const count of cards) world.addNode(count);
  return world;
}

function guarantee(world: World, of: OrgId, guaranteedCards: number): void {
  const value = { ...defaultTerms(of), guaranteedCards };
  world.apply({ kind: 'set', setting: { kind: 'terms', name: of, value } });
}

const state = (world: World, id: JobId) => world.view(id).state;
const leaseOf = (world: World, id: JobId) => world.view(id).lease;
const stopping = (world: World) =>
  [...world.pool.state.leases.values()].filter((lease) => lease.state === 'stopping');

/** Puts a running job there. */
function running(world: World, changes: Partial<JobSpec> = {}, of: OrgId = org): JobId {
  const id = world.submit(changes, null, of);
  world.pump();
  expect(leaseOf(world, id)?.state).toBe('running');
  return id;
}

const idle = { preemptible: true };

describe('a preemptible job', () => {
  it('gives way with notice to one that is not, comes back by itself, and pays less', () => {
    const world = worldOf(2);
    const first = running(world, idle);
    world.advance(1000);
    const second = running(world, idle);
    world.advance(1000);
    const job = world.submit();
    const [lease, ...more] = stopping(world);
    expect(more).toEqual([]);
    expect(lease?.stop).toMatchObject({ reason: 'preempted', graceMs: defaultFair.preemptNoticeMs });
    expect(lease?.jobId).toBe(second);
    expect(leaseOf(world, second)?.notice).toContain('another job needs the cards');
    expect(world.view(job).waiting_reason).toBe('room is made for it on n0: 1 lease gives way');
    world.pump();
    expect(leaseOf(world, job)?.state).toBe('running');
    expect([first, second].map((id) => state(world, id))).toEqual(['leased', 'queued']);
    expect(world.view(second)).toMatchObject({ end: null, attempts: [{ reason: 'preempted' }] });
    world.wires[0]?.agent.finish(1, world.now);
    world.pump();
    world.advance(2000);
    world.pump();
    expect(leaseOf(world, second)?.state).toBe('running');
    const price = world.pool.state.leases.get([...world.pool.state.preemptibles][0] ?? ('' as never))?.price;
    expect(price?.cardHourMicroYuan).toBe(
      (defaultTariff.otherCardHourMicroYuan * defaultTariff.preemptiblePct) / 100,
    );
    world.settle();
    expect([first, second, job].map((id) => world.view(id).end?.reason)).toEqual(Array(3).fill('completed'));
  });

  it('counts less as use, and again in the ledger after a restart', () => {
    const [one, other] = [worldOf(1), worldOf(1)];
    running(one, idle);
    running(other);
    const used = (world: World): number => world.pool.state.ledger.usage(org, world.now);
    expect(used(one) / used(other)).toBeCloseTo(defaultTariff.preemptiblePct / 100, 6);
    for (const world of [one, other]) world.restart();
    expect(used(one) / used(other)).toBeCloseTo(defaultTariff.preemptiblePct / 100, 6);
  });

  it('keeps its retries for what is nobody’s wish, and uses none when it gives way', () => {
    const world = worldOf(1);
    const id = running(world, idle);
    for (let n = 0; n < 3; n += 1) {
      const job = world.submit({}, null, a);
      world.pump();
      expect(leaseOf(world, job)?.state).toBe('running');
      world.wires[0]?.agent.finish(0, world.now);
      for (let second = 0; second < 6; second += 1) {
        world.pump();
        world.advance(1000);
      }
      world.pump();
      expect(leaseOf(world, id)?.state).toBe('running');
    }
    world.wires[0]?.agent.finish(0, world.now, 'device_lost');
    world.pump();
    expect(world.view(id).end?.reason).toBe('device_lost');
  });

  it('starts only on what is left, and never in front of others', () => {
    const world = worldOf(1);
    running(world);
    const [low, high] = [world.submit({ ...idle, priority: 9 }), world.submit({ priority: -9 })];
    world.wires[0]?.agent.finish(0, world.now);
    world.pump();
    expect([low, high].map((id) => state(world, id))).toEqual(['queued', 'leased']);
  });

  it('fills what a head that waits cannot use yet, and is gone when it can', () => {
    const world = worldOf(4);
    const first = running(world);
    const head = world.submit({ accelerators: 4 }, null, a);
    const filler = running(world, { ...idle, accelerators: 3, time_limit_ms: 100 * minute });
    expect([head, filler].map((id) => state(world, id))).toEqual(['queued', 'leased']);
    expect(stopping(world)).toEqual([]);
    const at = world.pool.state.head?.reservation.at ?? 0;
    // By the limit of the first, not by that of the filler.
    expect(at - world.now).toBeLessThanOrEqual(60 * minute + 1000);
    world.wires[0]?.agent.finish(0, world.now);
    world.pump();
    expect(state(world, first)).toBe('ended');
    expect([head, filler].map((id) => state(world, id))).toEqual(['leased', 'queued']);
  });

  it('is never stopped for a job that would not fit all the same, nor more than it needs', () => {
    const world = worldOf(5);
    running(world);
    for (let n = 0; n < 4; n += 1) running(world, idle);
    world.submit({ accelerators: 5 });
    world.submit({ accelerators: 1, cpu_milli: 63_500 });
    expect(stopping(world)).toEqual([]);
    world.submit({ accelerators: 1, nodes: 2 });
    expect(stopping(world)).toEqual([]);
    world.submit({ accelerators: 2, time_limit_ms: minute });
    expect(stopping(world)).toHaveLength(2);
  });

  it('gives way as a gang, and to a gang', () => {
    const world = worldOf(1, 1);
    const gang = running(world, { ...idle, nodes: 2 });
    const one = world.submit();
    expect(stopping(world)).toHaveLength(2);
    world.pump();
    expect([leaseOf(world, one)?.state, state(world, gang)]).toEqual(['running', 'queued']);
    world.wires[0]?.agent.finish(0, world.now);
    world.wires[1]?.agent.finish(0, world.now);
    world.pump();
    world.advance(4000);
    world.pump();
    expect(state(world, gang)).toBe('leased');
    const other = world.submit({ nodes: 2 }, null, a);
    world.pump();
    expect([state(world, other), state(world, gang)]).toEqual(['leased', 'queued']);
    world.settle();
    expect(world.view(gang).end?.reason).toBe('completed');
  });

  it('makes room for the one who asked, not for whoever comes in between', () => {
    const world = worldOf(1);
    running(world, idle);
    const job = world.submit();
    const late = world.submit({ priority: 5 }, null, a);
    expect(stopping(world)).toHaveLength(1);
    world.pump();
    expect([job, late].map((id) => state(world, id))).toEqual(['leased', 'queued']);
  });

  it.each(['cancelled', 'cordoned'])('is not held up by a claim whose job is %s', (how) => {
    const world = worldOf(1);
    const first = running(world, idle);
    const job = world.submit();
    expect(world.pool.state.claims.size).toBe(1);
    if (how === 'cancelled')
      world.apply({ kind: 'stop', jobId: job, reason: 'cancelled', message: '', noticeMs: 0 });
    const nodeId = world.wires[0]?.agent.nodeId;
    if (how === 'cordoned' && nodeId) {
      const value = { nodeId, cordoned: true, message: '', pool: '', orgs: [] };
      world.apply({ kind: 'set', setting: { kind: 'node', name: nodeId, value } });
    }
    expect(world.pool.state.claims.size).toBe(0);
    expect(world.pool.state.nodes.get(nodeId ?? ('' as never))?.claims).toEqual([]);
    if (how === 'cordoned') expect(world.pool.state.queue.size).toBe(1);
    world.pump();
    world.advance(2000);
    world.pump();
    expect(state(world, first)).toBe(how === 'cancelled' ? 'leased' : 'queued');
  });

  it('costs the one who asked for its place the notice, also when it thinks better of it', () => {
    const world = worldOf(1);
    running(world, idle, a);
    const job = world.submit();
    world.apply({ kind: 'stop', jobId: job, reason: 'cancelled', message: '', noticeMs: 0 });
    const used = world.pool.state.ledger.usage(org, world.now);
    expect(used).toBeCloseTo(defaultFair.preemptNoticeMs, 0);
    expect(world.pool.state.turns.totals().all).toBe(0);
  });

  it('does not stop twice for a job when the scheduler is started again', () => {
    const world = worldOf(2);
    running(world, idle);
    running(world, idle);
    const job = world.submit();
    expect(stopping(world)).toHaveLength(1);
    world.restart();
    world.connect(0);
    world.pump();
    world.advance(1000);
    world.pump();
    expect(state(world, job)).toBe('leased');
    const preempted = [...world.disk.leases.values()].filter(({ stop }) => stop !== null);
    expect(preempted).toHaveLength(1);
  });
});

describe('guaranteed cards', () => {
  it('are lent, and taken back with notice from the one who has borrowed most', () => {
    const world = worldOf(8);
    guarantee(world, org, 4);
    for (let n = 0; n < 5; n += 1) running(world, {}, a);
    for (let n = 0; n < 3; n += 1) running(world, {}, b);
    const job = world.submit({ accelerators: 2 });
    const gone = stopping(world);
    expect(gone.map((lease) => lease.org)).toEqual([a, a]);
    expect(gone[0]?.stop).toMatchObject({ reason: 'preempted', graceMs: defaultFair.reclaimNoticeMs });
    world.pump();
    expect(leaseOf(world, job)?.state).toBe('running');
  });

  it('take preemptible leases first, and nothing beyond the guarantee', () => {
    const world = worldOf(4);
    guarantee(world, org, 2);
    for (let n = 0; n < 3; n += 1) running(world, {}, a);
    running(world, idle, b);
    world.submit();
    expect(stopping(world).map((lease) => [lease.org, lease.preemptible])).toEqual([[b, true]]);
    world.pump();
    world.submit();
    expect(stopping(world).map((lease) => lease.org)).toEqual([a]);
    world.pump();
    world.submit();
    expect(stopping(world)).toEqual([]);
  });

  it('come before the fair order, and do not delay a head where they need not', () => {
    const world = worldOf(1, 1);
    guarantee(world, org, 1);
    running(world);
    world.wires[0]?.agent.finish(0, world.now);
    world.pump();
    running(world, { time_limit_ms: 30 * minute }, a);
    running(world, { time_limit_ms: 60 * minute }, a);
    const head = world.submit({}, null, b);
    const reserved = [...(world.pool.state.head?.reservation.nodes ?? [])];
    const mine = world.submit();
    expect(stopping(world)).toHaveLength(1);
    expect(stopping(world)[0]?.nodeId).not.toBe(reserved[0]?.record.id);
    world.pump();
    expect([mine, head].map((id) => state(world, id))).toEqual(['leased', 'queued']);
  });

  it('cannot be more than the pool has', () => {
    const world = worldOf(4);
    guarantee(world, a, 3);
    expect(() => guarantee(world, b, 2)).toThrow(
      '2 cards for b would make 5 guaranteed in all, and the pool has 4',
    );
    guarantee(world, a, 1);
    guarantee(world, b, 3);
    world.restart();
    expect(world.pool.state.terms.get(b)?.guaranteedCards).toBe(3);
  });
});

describe('whoever gives way,', () => {
  const job = fc.record({
    of: fc.constantFrom(org, a, b),
    accelerators: fc.constantFrom(1, 1, 2, 3),
    nodes: fc.constantFrom(1, 1, 1, 2),
    preemptible: fc.boolean(),
    priority: fc.constantFrom(0, 1),
  });
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.record({ do: fc.constant('submit' as const), job }) },
    { weight: 3, arbitrary: fc.constant({ do: 'pump' as const }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('finish' as const), n: fc.nat({ max: 2 }) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.nat({ max: 9000 }) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), n: fc.nat({ max: 20 }) }) },
    { weight: 1, arbitrary: fc.constant({ do: 'restart' as const }) },
  );
  const sure = { [org]: 2, [a]: 1, [b]: 0 };

  const keeps = (leases: readonly Lease[], of: OrgId): number =>
    leases
      .filter((lease) => lease.org === of && !lease.preemptible && lease.state !== 'ended')
      .filter(({ state: now }) => now !== 'stopping')
      .reduce((sum, { acceleratorIds }) => sum + acceleratorIds.length, 0);

  it('is never within a guarantee, never more than needed, and whoever took the place stays', () => {
    let taken = 0;
    let reclaimed = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 60, size: 'max' }), (steps) => {
        const world = worldOf(3, 2, 2);
        for (const of of [org, a] as const) guarantee(world, of, sure[of] ?? 0);
        /** By job that took, whom it displaced. */
        const displaced = new Map<JobId, Set<JobId>>();
        for (const one of steps) {
          const before = [...world.pool.state.leases.values()];
          const wasStopping = new Set(stopping(world).map(({ leaseId }) => leaseId));
          const hadClaims = new Set(world.pool.state.claims.keys());
          if (one.do === 'submit') {
            const { of, ...needs } = one.job;
            // Three cards are on one node only.
            world.submit({ ...needs, nodes: needs.accelerators > 2 ? 1 : needs.nodes }, null, of);
          } else if (one.do === 'pump') world.pump();
          else if (one.do === 'finish') world.wires[one.n]?.agent.finish(one.n, world.now);
          else if (one.do === 'advance') world.advance(one.ms);
          else if (one.do === 'cancel') {
            const jobId = world.jobs[one.n];
            if (jobId) world.apply({ kind: 'stop', jobId, reason: 'cancelled', message: '', noticeMs: 0 });
          } else {
            world.restart();
            for (let n = 0; n < 3; n += 1) world.connect(n);
          }
          const now = [...world.pool.state.leases.values()];
          const gone = now.filter(
            ({ leaseId, state: is, stop }) =>
              is === 'stopping' && !wasStopping.has(leaseId) && stop?.message.startsWith('the cards were'),
          );
          reclaimed += gone.length;
          for (const { org: of } of gone) {
            const left = keeps(now, of);
            expect(left).toBeGreaterThanOrEqual(Math.min(sure[of] ?? 0, keeps(before, of)));
          }
          for (const claim of world.pool.state.claims.values()) {
            if (hadClaims.has(claim.job)) continue;
            taken += 1;
            const { requirement, record } = claim.job;
            expect(requirement.preemptible).toBe(false);
            const whom = displaced.get(record.id) ?? new Set<JobId>();
            for (const { state: is, leaseId, jobId } of now)
              if (is === 'stopping' && !wasStopping.has(leaseId)) whom.add(jobId);
            displaced.set(record.id, whom);
            // It has not been displaced by one of those.
            for (const id of whom) expect(displaced.get(id)?.has(record.id) ?? false).toBe(false);
            const wants = requirement.cards * requirement.nodes;
            expect(claim.places.reduce((sum, { taking }) => sum + taking.acceleratorIds.length, 0)).toBe(
              wants,
            );
          }
          world.check();
        }
        world.settle(200);
        expect(world.jobs.filter((id) => world.jobEnds.get(id) !== 1)).toEqual([]);
        expect(world.pool.state.claims.size).toBe(0);
      }),
      { numRuns: 120, endOnFailure: true },
    );
    expect(taken).toBeGreaterThan(50);
    expect(reclaimed).toBeGreaterThan(0);
  });
});
