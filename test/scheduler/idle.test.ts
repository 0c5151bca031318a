/** Leases whose cards idle are warned, and taken back when others wait for such cards. */
import { describe, expect, it } from 'vitest';
import type { JobSpec } from '../../proto/api.ts';
import type { JobId } from '../../proto/ids.ts';
import { parseOrg } from '../../proto/ids.ts';
import { explainJob } from '../../scheduler/pool/accounts.ts';
import { defaultFair } from '../../scheduler/queue/shares.ts';
import { World } from './world.ts';

const minute = 60_000;
const other = parseOrg('other');
const rules = { belowPct: 3, afterMs: 60 * minute, noticeMs: 15 * minute };

/** One node whose cards say how much they are used. */
class Used extends World {
  readonly use: number[];

  constructor(cards: number, idle = rules) {
    super({ fair: { ...defaultFair, idle } });
    this.addNode(cards);
    this.use = Array.from({ length: cards }, () => 0);
    this.beat();
  }

  beat(): void {
    const [wire] = this.wires;
    if (wire?.connection === undefined) return;
    const { nodeId } = wire.agent;
    const none = this.use.map(() => -1);
    this.pool.seen(nodeId, this.now);
    this.pool.heartbeat(nodeId, wire.connection, {
      ...{ sample: 1, card: this.use.map((_, i) => i), utilizationPct: this.use },
      ...{ memoryUsedMib: none, temperatureC: none, powerW: none, hostCpuPct: 1, hostMemoryUsedMib: 1 },
    });
  }

  /** Time passes minute by minute, with everybody well. */
  pass(minutes: number): void {
    for (let n = 0; n < minutes * 6; n += 1) {
      this.wires[0]?.agent.renew(this.now);
      this.pump();
      this.advance(10_000);
      this.beat();
    }
    this.pump();
  }
}

function running(world: Used, changes: Partial<JobSpec> = {}): JobId {
  const id = world.submit({ time_limit_ms: 100 * 60 * minute, ...changes });
  world.pump();
  expect(world.view(id).lease?.state).toBe('running');
  return id;
}

const notice = (world: World, id: JobId) => world.view(id).lease?.notice;

describe('a lease whose cards idle', () => {
  it('is warned, its owner sees it, and it ends by its own reason when others wait', () => {
    const world = new Used(2);
    const id = running(world, { accelerators: 2 });
    world.pass(59);
    expect([notice(world, id), world.alerts]).toEqual(['', []]);
    world.pass(2);
    expect(notice(world, id)).toContain('less than 3 %');
    expect(world.alerts).toEqual(['lease_idle']);
    const job = world.pool.state.jobs.get(id);
    const how = { mayName: () => true, why: () => '', now: world.now };
    if (job) expect(explainJob(world.pool.state, job, how).text).toContain('less than 3 %');
    world.pass(120);
    expect(world.view(id).state).toBe('leased');
    const waiting = world.submit({ accelerators: 1 }, null, other);
    world.pass(14);
    expect(notice(world, id)).toContain('others wait for them');
    expect(world.view(id).lease?.state).toBe('running');
    world.pass(3);
    const { end, state } = world.view(id);
    expect([state, end?.reason]).toEqual(['ended', 'idle_reclaimed']);
    expect(end?.message).toMatch(/^its cards were used less than 3 % for \d+ min while others waited/);
    expect(world.view(waiting).lease?.state).toBe('running');
    expect(world.alerts).toEqual(['lease_idle']);
  });

  it('is not warned while one of its cards is in use, and not taken back after any use in between', () => {
    const world = new Used(2);
    world.use[1] = 40;
    const id = running(world, { accelerators: 2 });
    world.pass(90);
    expect(notice(world, id)).toBe('');
    world.use[1] = 0;
    world.pass(62);
    expect(notice(world, id)).not.toBe('');
    world.submit({}, null, other);
    world.pass(10);
    world.use[0] = 30;
    world.pass(1);
    expect(notice(world, id)).toBe('');
    world.use[0] = 0;
    world.pass(30);
    expect(world.view(id).lease?.state).toBe('running');
  });

  it.each([
    ['whose cards say nothing of their use', -1, 64_000],
    ['for whose cards nobody waits', 0, 65_000],
  ])('goes on when it is one %s', (_what, use, cpu_milli) => {
    const world = new Used(2);
    world.use.fill(use);
    const id = running(world, { cpu_milli: 1000 });
    running(world);
    world.submit({ accelerators: 2, cpu_milli }, null, other);
    world.pass(120);
    expect(world.view(id).lease?.state).toBe('running');
    if (use < 0) expect(world.alerts).toEqual([]);
  });

  it('is spared on request, while its organisation has no more than is due to it', () => {
    const world = new Used(4);
    const spared = running(world, { keep_idle: true });
    world.submit({ accelerators: 4, preemptible: false }, null, other);
    world.pass(100);
    expect(world.view(spared).lease?.state).toBe('running');
    // Three of four cards are more than half of the pool, and the other organisation waits.
    const greedy = new Used(4);
    const id = running(greedy, { accelerators: 3, keep_idle: true });
    greedy.submit({ accelerators: 4 }, null, other);
    greedy.pass(100);
    expect(greedy.view(id).end?.reason).toBe('idle_reclaimed');
  });

  it('is never looked for when the operator does not want it', () => {
    const world = new Used(1, { ...rules, afterMs: 0 });
    const id = running(world);
    world.submit({}, null, other);
    world.pass(200);
    expect([world.view(id).state, world.alerts]).toEqual(['leased', []]);
  });
});
