/** Work that has started is started again only when it asks for that and was not ended by its own doing. */
import { describe, expect, it } from 'vitest';
import type { JobId } from '../../proto/ids.ts';
import type { EndReason } from '../../proto/lease.ts';
import { createExplainer, jobView } from '../../scheduler/pool/views.ts';
import { World } from './world.ts';

function job(world: World, id: JobId) {
  const found = world.pool.state.jobs.get(id);
  if (!found) throw new Error(`no ${id}`);
  return jobView(world.pool.state, found, createExplainer(world.pool.state, world.now, world.wall()));
}

/** A job that runs on node 0 of two. */
function runningJob(max_retries: number) {
  const world = new World();
  const first = world.addNode(1);
  const id = world.submit({ max_retries });
  world.pump();
  const second = world.addNode(1);
  world.pump();
  expect(first.containers()).toHaveLength(1);
  return { world, id, first, second };
}

const reasons = (world: World, id: JobId) => job(world, id).attempts.map(({ reason }) => reason);

describe('a job whose node is lost', () => {
  it('ends when it did not ask for retries', () => {
    const { world, id, second } = runningJob(0);
    world.disconnect(0);
    world.advance(36_000);
    expect(job(world, id).end?.reason).toBe('node_lost');
    world.pump();
    expect(second.started.size).toBe(0);
  });

  it('gets a new lease of a new epoch at once, elsewhere, and completes', () => {
    const { world, id, second } = runningJob(1);
    const before = job(world, id).lease;
    world.disconnect(0);
    world.advance(36_000);
    expect(job(world, id)).toMatchObject({ state: 'leased', end: null, lease: { state: 'offered' } });
    world.pump();
    const { lease, attempts } = job(world, id);
    expect(lease?.id).not.toBe(before?.id);
    expect(lease?.epoch).toBeGreaterThan(before?.epoch ?? 0);
    expect(attempts.map(({ node_name, reason }) => [node_name, reason])).toEqual([
      ['n0', 'node_lost'],
      ['n1', null],
    ]);
    second.finish(0, world.now);
    world.pump();
    expect(job(world, id).end?.reason).toBe('completed');
    expect(reasons(world, id)).toEqual(['node_lost', 'completed']);
    expect(world.jobEnds.get(id)).toBe(1);
  });

  it('is billed for what ran before the loss when that is told late, and is not otherwise disturbed', () => {
    const { world, id, second } = runningJob(1);
    world.disconnect(0);
    world.advance(36_000);
    world.pump();
    expect(second.containers()).toHaveLength(1);
    // The first node is back: its LeaseEnd is of an earlier epoch of the same, still open, job.
    world.connect(0);
    world.pump();
    const view = job(world, id);
    expect(view).toMatchObject({ state: 'leased', lease: { state: 'running', node_name: 'n1' } });
    expect(view.attempts[0]).toMatchObject({ reason: 'node_lost', card_ms: 25_000 });
    expect(world.usageRows).toHaveLength(1);
    second.finish(0, world.now);
    world.pump();
    expect(world.usageRows).toHaveLength(2);
    expect(job(world, id).end?.reason).toBe('completed');
    // And also after the job has ended, and after a restart.
    world.restart();
    expect(reasons(world, id)).toEqual(['node_lost', 'completed']);
  });

  it('is billed late also when the job ended and the scheduler started anew meanwhile', () => {
    const { world, id, second } = runningJob(1);
    world.disconnect(0);
    world.advance(36_000);
    world.pump();
    second.finish(0, world.now);
    world.pump();
    expect(job(world, id).end?.reason).toBe('completed');
    world.restart();
    world.connect(0);
    world.connect(1);
    world.pump();
    expect(world.usageRows).toHaveLength(2);
    expect(job(world, id).attempts.map(({ card_ms }) => card_ms > 0)).toEqual([true, false]);
    expect(world.jobEnds.get(id)).toBe(1);
  });
});

describe('attempts', () => {
  it.each<[EndReason, boolean]>([
    ['device_lost', true],
    ['engine_lost', true],
    ['owner_reclaimed', true],
    ['preempted', true],
    ['lease_lost', true],
    ['exit_nonzero', false],
    ['oom', false],
    ['start_failed', false],
    ['deadline', false],
  ])('after an end as %s are made: %s', (reason, again) => {
    const { world, id, first } = runningJob(3);
    first.finish(0, world.now, reason);
    world.pump();
    world.advance(1000);
    expect(job(world, id).state).toBe(again ? 'leased' : 'ended');
  });

  it('are at most one more than retries were asked for, with growing pauses between', () => {
    const { world, id } = runningJob(3);
    const pauses: number[] = [];
    for (let n = 0; n < 4; n += 1) {
      for (const { agent } of world.wires) agent.finish(0, world.now, 'device_lost');
      const lostAt = world.now;
      world.pump();
      while (job(world, id).state === 'queued') world.advance(100);
      if (job(world, id).state === 'ended') break;
      pauses.push(world.now - lostAt);
      world.pump();
    }
    expect(pauses).toEqual([0, 1000, 2000]);
    expect(reasons(world, id)).toEqual(Array(4).fill('device_lost'));
    expect(job(world, id).end?.reason).toBe('device_lost');
  });

  it('go on counting, and pausing, after the scheduler was killed', () => {
    const { world, id, first } = runningJob(2);
    first.finish(0, world.now, 'device_lost');
    world.pump();
    for (const { agent } of world.wires) agent.finish(0, world.now, 'device_lost');
    world.pump();
    expect(job(world, id)).toMatchObject({ state: 'queued' });
    expect(job(world, id).waiting_reason).toMatch(/attempt 2 of at most 3 ended: device_lost on n\d/);
    world.restart();
    world.connect(0);
    world.connect(1);
    world.pump();
    expect(job(world, id).state).toBe('queued');
    world.advance(1000);
    world.pump();
    expect(reasons(world, id)).toEqual(['device_lost', 'device_lost', null]);
    for (const { agent } of world.wires) agent.finish(0, world.now, 'device_lost');
    world.pump();
    expect(job(world, id).end?.reason).toBe('device_lost');
  });

  it('are not used up by offers that come to nothing', () => {
    const { world, id, first, second } = runningJob(1);
    for (const agent of [first, second]) agent.refusing = true;
    first.finish(0, world.now, 'device_lost');
    world.pump();
    for (let n = 0; n < 20; n += 1) {
      world.advance(1000);
      world.pump();
    }
    expect(job(world, id).state).not.toBe('ended');
    expect(reasons(world, id)).toEqual(['device_lost']);
    for (const agent of [first, second]) agent.refusing = false;
    world.advance(6000);
    world.pump();
    expect(reasons(world, id)).toEqual(['device_lost', null]);
  });
});

describe('a cancelled job', () => {
  it('is not tried again when its node is lost before it answers', () => {
    const { world, id } = runningJob(5);
    world.disconnect(0);
    world.apply({ kind: 'stop', jobId: id, reason: 'cancelled', message: 'enough', noticeMs: 0 });
    world.advance(40_000);
    expect(job(world, id).end?.reason).toBe('node_lost');
  });

  it('ends at once while it waits for its next attempt', () => {
    const { world, id } = runningJob(5);
    for (let n = 0; n < 2; n += 1) {
      for (const { agent } of world.wires) agent.finish(0, world.now, 'device_lost');
      world.pump();
    }
    expect(job(world, id).state).toBe('queued');
    world.apply({ kind: 'stop', jobId: id, reason: 'cancelled', message: 'enough', noticeMs: 0 });
    expect(job(world, id).end).toMatchObject({ reason: 'cancelled', message: 'enough' });
    world.advance(10_000);
    world.pump();
    expect(reasons(world, id)).toHaveLength(2);
  });

  it('that has had its end asked for stays so over a restart', () => {
    const { world, id } = runningJob(5);
    world.disconnect(0);
    world.apply({ kind: 'stop', jobId: id, reason: 'cancelled', message: 'enough', noticeMs: 0 });
    world.restart();
    world.advance(40_000);
    expect(job(world, id).end?.reason).toBe('node_lost');
    expect(world.disk.jobs.get(id)?.cancelled).toBe('enough');
  });
});

describe('memory', () => {
  it('forgets attempts with their job', () => {
    const world = new World({ keepEnded: 1 });
    const agent = world.addNode(1);
    for (let n = 0; n < 3; n += 1) {
      world.submit({ max_retries: 1 });
      world.pump();
      agent.finish(0, world.now, 'device_lost');
      world.pump();
      agent.finish(0, world.now);
      world.pump();
    }
    expect(world.pool.state.leases.size).toBe(2);
    expect(world.pool.state.usageByLease.size).toBe(2);
  });
});
