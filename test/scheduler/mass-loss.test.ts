/** Many nodes gone at once: nothing is granted and nothing given up until it is known what happened. */
import { describe, expect, it } from 'vitest';
import type { JobSpec } from '../../proto/api.ts';
import type { JobId } from '../../proto/ids.ts';
import { alertViews, createExplainer, jobView } from '../../scheduler/pool/views.ts';
import { World } from './world.ts';

function job(world: World, id: JobId) {
  const found = world.pool.state.jobs.get(id);
  if (!found) throw new Error(`no ${id}`);
  return jobView(world.pool.state, found, createExplainer(world.pool.state, world.now, world.wall()));
}
const alerts = (world: World) =>
  alertViews(world.pool.state, world.now, 1_700_000_000_000 + world.now).map(({ kind }) => kind);

/** `count` nodes of one card, each with a job that runs. */
function fleet(count: number, spec: Partial<JobSpec> = {}) {
  const world = new World();
  const ids: JobId[] = [];
  for (let n = 0; n < count; n += 1) {
    world.addNode(1);
    ids.push(world.submit(spec));
    world.pump();
  }
  const gone = (first: number, last: number): void => {
    for (let n = first; n <= last; n += 1) world.disconnect(n);
  };
  /** Lets time pass; those that are connected renew. */
  const pass = (ms: number): void => {
    for (let left = ms; left > 0; left -= 5000) {
      world.advance(Math.min(left, 5000));
      for (const { agent } of world.wires) agent.renew(world.now);
      world.pump();
    }
  };
  const ends = () => ids.map((id) => job(world, id).end?.reason ?? job(world, id).state);
  return { world, ids, gone, pass, ends };
}

describe('when half of the nodes vanish', () => {
  it('nothing is granted, no lease is given up, and operators are told', () => {
    const { world, gone, pass, ends } = fleet(6);
    gone(0, 2);
    const waiting = world.submit();
    pass(1000);
    expect(world.alerts).toEqual(['mass_loss']);
    expect(alerts(world)).toEqual(['mass_loss']);
    pass(120_000);
    expect(ends()).toEqual(Array(6).fill('leased'));
    world.addNode(1);
    world.pump();
    expect(job(world, waiting)).toMatchObject({ state: 'queued' });
    expect(job(world, waiting).waiting_reason).toMatch(
      /^granting is stopped: 3 of \d nodes vanished at once/,
    );
  });

  it('goes on when enough are back; those still missing have a full ttl and margin from then on', () => {
    const { world, gone, pass, ends } = fleet(6);
    gone(0, 3);
    pass(60_000);
    expect(alerts(world)).toEqual(['mass_loss']);
    const waiting = world.submit();
    world.connect(0);
    world.connect(1);
    world.pump();
    world.advance(1000);
    expect(world.alerts).toEqual(['mass_loss', 'mass_loss_over']);
    // What runs on a node that stopped its containers, as it must, ends with the node's own record.
    expect(ends().slice(0, 2)).toEqual(['lease_lost', 'lease_lost']);
    expect(job(world, waiting).state).toBe('leased');
    pass(30_000);
    expect(ends().slice(2, 4)).toEqual(['leased', 'leased']);
    pass(10_000);
    expect(ends()).toEqual(['lease_lost', 'lease_lost', 'node_lost', 'node_lost', 'leased', 'leased']);
  });

  it('goes on when an operator says so, and does not stop again for the same loss', () => {
    const { world, gone, pass, ends } = fleet(4);
    gone(0, 2);
    pass(40_000);
    world.apply({ kind: 'resume_granting', by: 'op' });
    expect(alerts(world)).toEqual([]);
    pass(20_000);
    expect(ends()).toEqual(Array(4).fill('leased'));
    pass(20_000);
    expect(ends()).toEqual(['node_lost', 'node_lost', 'node_lost', 'leased']);
    expect(world.alerts).toEqual(['mass_loss', 'mass_loss_over']);
  });

  it('goes on by itself after the hold', () => {
    const { world, gone, pass, ends } = fleet(4);
    gone(0, 3);
    pass(595_000);
    expect(ends()).toEqual(Array(4).fill('leased'));
    pass(50_000);
    expect(ends()).toEqual(Array(4).fill('node_lost'));
    expect(world.alerts).toEqual(['mass_loss', 'mass_loss_over']);
  });

  it('is seen by their silence, before the first lease would be given up', () => {
    const { world, ids, pass } = fleet(3);
    world.heartbeats = false;
    // Connections stand, and nothing comes through.
    world.advance(40_000);
    expect(alerts(world)).toEqual(['mass_loss']);
    expect(job(world, ids[0] as JobId).state).toBe('leased');
    world.heartbeats = true;
    pass(20_000);
    expect(world.alerts).toEqual(['mass_loss', 'mass_loss_over']);
  });

  it('also counts nodes that are not back after a restart of the scheduler', () => {
    const { world, ends } = fleet(4);
    world.restart();
    world.advance(40_000);
    expect(alerts(world)).toEqual(['mass_loss']);
    expect(ends()).toEqual(Array(4).fill('leased'));
    for (let n = 0; n < 4; n += 1) world.connect(n);
    world.pump();
    world.advance(1000);
    expect(alerts(world)).toEqual([]);
  });

  it('what a tenant asks to end, and what the nodes themselves end, still ends', () => {
    const { world, ids, gone, pass, ends } = fleet(6);
    gone(0, 2);
    pass(1000);
    world.wires[3]?.agent.finish(0, world.now);
    world.pump();
    expect(ends()[3]).toBe('completed');
    world.apply({ kind: 'stop', jobId: ids[4] as JobId, reason: 'cancelled', message: '', noticeMs: 0 });
    world.pump();
    expect(ends()[4]).toBe('cancelled');
  });
});

describe('no brake', () => {
  it('for nodes that go one by one, or are few', () => {
    const { world, gone, pass, ends } = fleet(5);
    for (let n = 0; n < 5; n += 1) {
      gone(n, n);
      pass(20_000);
    }
    pass(40_000);
    expect(ends()).toEqual(Array(5).fill('node_lost'));
    expect(world.alerts).toEqual([]);
  });

  it('for an agent that comes back with a new session', () => {
    const { world, pass } = fleet(4);
    for (let n = 0; n < 4; n += 1) world.connect(n);
    pass(1000);
    expect(world.alerts).toEqual([]);
  });
});

describe('a pause', () => {
  it('keeps what there is, grants nothing, outlives a restart, and ends in order', () => {
    const { world, pass, ends } = fleet(2);
    world.apply({ kind: 'pause_granting', by: 'op', message: 'cooling' });
    world.apply({ kind: 'pause_granting', by: 'other', message: 'again' });
    for (const { agent } of world.wires) agent.finish(0, world.now);
    world.pump();
    const low = world.submit({ priority: -1 });
    const high = world.submit({ accelerator_milli: 900, priority: 5 });
    const middle = world.submit();
    pass(5000);
    expect(ends()).toEqual(['completed', 'completed']);
    world.restart();
    for (const n of [0, 1]) world.connect(n);
    world.pump();
    for (const id of [low, high, middle]) {
      expect(job(world, id).state).toBe('queued');
      expect(job(world, id).waiting_reason).toBe('granting is paused by op: cooling');
    }
    world.apply({ kind: 'resume_granting', by: 'op' });
    expect([high, middle, low].map((id) => job(world, id).state)).toEqual(['leased', 'leased', 'queued']);
    expect(job(world, low).waiting_reason).toMatch(/^no node has/);
    world.restart();
    expect(alerts(world)).toEqual([]);
    expect(world.alerts).toEqual(['granting_paused', 'granting_resumed']);
  });

  it('forgets nothing of what was cancelled and asked for again meanwhile', () => {
    const { world } = fleet(1);
    world.apply({ kind: 'pause_granting', by: 'op', message: '' });
    const first = world.submit();
    world.apply({ kind: 'stop', jobId: first, reason: 'cancelled', message: '', noticeMs: 0 });
    world.wires[0]?.agent.finish(0, world.now);
    world.pump();
    const second = world.submit();
    world.apply({ kind: 'resume_granting', by: 'op' });
    world.pump();
    expect(job(world, second).lease?.state).toBe('running');
  });
});
