/** Stops that the scheduler makes: with notice, before and after the Commit, and in favour of whom. */
import { describe, expect, it } from 'vitest';
import type { JobSpec } from '../../proto/api.ts';
import type { JobId } from '../../proto/ids.ts';
import type { Message } from '../../proto/messages.ts';
import type { MadeStop } from '../../scheduler/pool/commands.ts';
import { createExplainer, jobView } from '../../scheduler/pool/views.ts';
import { World } from './world.ts';

function job(world: World, id: JobId) {
  const found = world.pool.state.jobs.get(id);
  if (!found) throw new Error(`no ${id}`);
  return jobView(world.pool.state, found, createExplainer(world.pool.state, world.now, world.wall()));
}

/** A job on a node of one card; `pumped`: it runs, otherwise it is offered. */
function start(changes: Partial<JobSpec> = {}, pumped = true) {
  const world = new World();
  const agent = world.addNode(1);
  const id = world.submit({ grace_ms: 5000, ...changes });
  if (pumped) world.pump();
  const stop = (reason: MadeStop, noticeMs = 0, message = 'others need it') =>
    world.apply({ kind: 'stop', jobId: id, reason, message, noticeMs });
  return { world, agent, id, stop };
}

const stopsIn = (messages: Message[]) =>
  messages.flatMap((message) => (message.kind === 'stop' ? [message.value] : []));

describe('a stop of running work', () => {
  it.each([
    [0, 5000],
    [3000, 5000],
    [60_000, 60_000],
  ])('with %i ms of notice kills it after %i ms', (noticeMs, graceMs) => {
    const { world, stop } = start();
    stop('preempted', noticeMs);
    const [sent] = stopsIn(world.wires[0]?.down ?? []);
    expect(sent).toMatchObject({ reason: 'preempted', message: 'others need it', graceMs });
    expect([...world.disk.leases.values()][0]).toMatchObject({ state: 'stopping', stop: { graceMs } });
  });

  it.each<MadeStop>(['preempted', 'owner_reclaimed', 'deadline', 'cancelled'])(
    'as %s ends it so',
    (reason) => {
      const { world, id, stop } = start();
      stop(reason);
      world.pump();
      expect(job(world, id).end?.reason).toBe(reason);
    },
  );

  it('stands: a later one changes nothing', () => {
    const { world, id, stop } = start();
    stop('preempted', 60_000);
    stop('owner_reclaimed', 1000);
    world.pump();
    expect(job(world, id).end?.reason).toBe('preempted');
  });

  it('keeps the cards until notice, ttl and margin have passed, when the node is gone', () => {
    const { world, id, stop } = start();
    world.disconnect(0);
    stop('preempted', 60_000);
    world.advance(94_000);
    expect(job(world, id).state).toBe('leased');
    world.advance(2000);
    expect(job(world, id).end?.reason).toBe('node_lost');
  });

  it('of nothing changes nothing', () => {
    const { world, agent, id, stop } = start();
    agent.finish(0, world.now);
    world.pump();
    const commits = world.commits;
    stop('preempted');
    expect(world.commits).toBe(commits);
    expect(job(world, id).end?.reason).toBe('completed');
    const waiting = world.submit({ accelerators: 4 });
    world.apply({ kind: 'stop', jobId: waiting, reason: 'preempted', message: '', noticeMs: 0 });
    expect(job(world, waiting).state).toBe('queued');
  });
});

describe('cards that are taken back', () => {
  it('go to those who wait, not back to the job that had them', () => {
    const { world, id, stop } = start({ max_retries: 1 });
    const other = world.submit({ priority: -5 });
    world.pump();
    expect(job(world, other).state).toBe('queued');
    stop('preempted');
    world.pump();
    expect([job(world, other).state, job(world, id).state]).toEqual(['leased', 'queued']);
    expect(job(world, id).waiting_reason).toContain('attempt 1 of at most 2 ended: preempted on n0');
    world.advance(1000);
    world.wires[0]?.agent.finish(0, world.now);
    world.pump();
    expect(job(world, id).lease).toMatchObject({ state: 'running', epoch: 3 });
  });

  it('of an offer that nobody has accepted send its job back to wait, as if nothing had been', () => {
    const { world, id, stop } = start({}, false);
    const other = world.submit({ priority: -5 });
    stop('preempted');
    expect(job(world, id)).toMatchObject({ state: 'queued', attempts: [] });
    expect(job(world, id).waiting_reason).toContain('the offer was withdrawn (preempted): others need it');
    expect(job(world, other).state).toBe('leased');
    world.pump();
    world.advance(1000);
    for (let n = 0; n < 2; n += 1) {
      world.wires[0]?.agent.finish(0, world.now);
      world.pump();
    }
    expect([job(world, id), job(world, other)].map(({ end }) => end?.reason)).toEqual([
      'completed',
      'completed',
    ]);
  });
});

describe('what comes free in a turn', () => {
  it('goes to the most urgent first, even before the job whose end freed it and which is tried again', () => {
    const { world, agent, id } = start({ max_retries: 1 });
    const urgent = world.submit({ priority: 9, accelerator_milli: 500 });
    world.pump();
    agent.finish(0, world.now, 'device_lost');
    world.pump();
    expect([job(world, urgent).state, job(world, id).state]).toEqual(['leased', 'queued']);
  });
});
