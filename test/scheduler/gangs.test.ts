/** Gangs: several nodes at the same time, all or none, together to the end. */
import { describe, expect, it } from 'vitest';
import type { JobSpec } from '../../proto/api.ts';
import type { Job } from '../../scheduler/pool/state.ts';
import { inventory } from './values.ts';
import { World } from './world.ts';

function gangOf(world: World): Job[] {
  const [id] = world.jobs;
  return (id && world.pool.state.jobs.get(id)?.gang) ?? [];
}

/** A gang on `nodes` nodes of one card each. */
function start(nodes: number, changes: Partial<JobSpec> = {}, size = nodes) {
  const world = new World();
  for (let n = 0; n < nodes; n += 1) {
    const base = inventory(1);
    world.addNode({ ...base, host: { ...base.host, hostname: `host-${n}` } });
  }
  world.submit({ nodes: size, env: { A: 'b' }, ...changes });
  return world;
}

const states = (world: World) => gangOf(world).map(({ state }) => state);
const leases = (world: World) => [...world.disk.leases.values()];

describe('a gang', () => {
  it('starts on all its nodes in one batch of writes, and is told where it stands', () => {
    const world = start(3);
    expect(leases(world).map(({ state }) => state)).toEqual(['offered', 'offered', 'offered']);
    expect(new Set(leases(world).map(({ nodeId }) => nodeId)).size).toBe(3);
    const envs = world.wires.flatMap(({ down }) =>
      down.flatMap((message) => (message.kind === 'offer' ? [message.value.work.env] : [])),
    );
    const ranks = envs.map(({ SUANLINK_RANK }) => SUANLINK_RANK).toSorted((a, b) => Number(a) - Number(b));
    expect(ranks).toEqual(['0', '1', '2']);
    for (const env of envs) {
      expect(env).toMatchObject({ A: 'b', SUANLINK_WORLD_SIZE: '3' });
      expect(env.SUANLINK_PEERS?.split(',').sort()).toEqual(['host-0', 'host-1', 'host-2']);
    }
  });

  it('waits as a whole while one node is missing, and goes on when it is there', () => {
    const world = start(2, {}, 3);
    expect(leases(world)).toEqual([]);
    expect(states(world)).toEqual(['queued', 'queued', 'queued']);
    world.addNode(1);
    world.pump();
    expect(leases(world).map(({ state }) => state)).toEqual(['running', 'running', 'running']);
  });

  it('is committed only when every node has accepted', () => {
    const world = start(2);
    world.pump(0);
    expect(leases(world).map(({ state }) => state)).toEqual(['offered', 'offered']);
    world.pump(1);
    world.pump();
    expect(leases(world).map(({ state }) => state)).toEqual(['running', 'running']);
  });

  it('takes back every offer when one is refused, and tries again', () => {
    const world = start(2);
    const [first, second] = world.wires;
    if (second) second.agent.refusing = true;
    world.pump();
    expect(leases(world).every(({ state }) => state === 'ended')).toBe(true);
    expect(states(world)).toEqual(['queued', 'queued']);
    expect(first?.agent.started.size).toBe(0);
    if (second) second.agent.refusing = false;
    world.advance(6000);
    world.pump();
    expect(states(world)).toEqual(['leased', 'leased']);
    world.settle();
    expect(states(world)).toEqual(['ended', 'ended']);
  });

  it('ends with one member that the infrastructure ends, and is tried again together when it may', () => {
    for (const max_retries of [0, 1]) {
      const world = start(2, { max_retries });
      world.pump();
      world.wires[0]?.agent.finish(0, world.now, 'device_lost');
      world.pump();
      if (max_retries === 0) {
        expect(states(world)).toEqual(['ended', 'ended']);
        const ends = leases(world).map(({ end }) => end?.reason);
        expect(new Set(ends)).toEqual(new Set(['cancelled', 'device_lost']));
        continue;
      }
      world.advance(3000);
      world.pump();
      expect(states(world)).toEqual(['leased', 'leased']);
      expect(leases(world).filter(({ state }) => state === 'running')).toHaveLength(2);
      expect(gangOf(world).map(({ attempts }) => attempts.length)).toEqual([1, 1]);
    }
  });

  it('lets a member complete by itself, but ends with one that fails', () => {
    const world = start(2);
    world.pump();
    world.wires[0]?.agent.finish(0, world.now);
    world.pump();
    expect(states(world).sort()).toEqual(['ended', 'leased']);
    world.wires[1]?.agent.finish(0, world.now, 'exit_nonzero');
    world.pump();
    expect(states(world)).toEqual(['ended', 'ended']);
    const failed = start(2);
    failed.pump();
    failed.wires[0]?.agent.finish(0, failed.now, 'exit_nonzero');
    failed.pump();
    expect(states(failed)).toEqual(['ended', 'ended']);
  });

  it.each([false, true])('is cancelled as a whole (running: %s)', (isRunning) => {
    const world = isRunning ? start(2) : start(1, {}, 2);
    world.pump();
    const second = gangOf(world)[1];
    if (second)
      world.apply({ kind: 'stop', jobId: second.record.id, reason: 'cancelled', message: '', noticeMs: 0 });
    world.pump();
    expect(states(world)).toEqual(['ended', 'ended']);
    expect(world.pool.state.openJobs).toBe(0);
  });

  it.each(['offered', 'accepted', 'running'])('survives a restart of the scheduler while %s', (when) => {
    const world = start(2);
    if (when === 'accepted') world.pump(0);
    if (when === 'running') world.pump();
    world.restart();
    for (let n = 0; n < 2; n += 1) world.connect(n);
    world.pump();
    world.settle();
    expect(gangOf(world)).toHaveLength(2);
    expect(states(world)).toEqual(['ended', 'ended']);
  });
});
