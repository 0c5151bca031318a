/** The fleet as its watchers see it: all of it once, then only what has changed. */
import { describe, expect, it } from 'vitest';
import type { FleetEvent } from '../../proto/fleet.ts';
import { parseOrg } from '../../proto/ids.ts';
import { FleetWatch } from '../../scheduler/fleet-watch.ts';
import { FleetPicture, fleetChanges, type FleetTables } from '../../scheduler/pool/fleet-picture.ts';
import { SteppedClock } from './stepped-clock.ts';
import { card, gib, inventory, org } from './values.ts';
import { World } from './world.ts';

const other = parseOrg('other');

/** A picture of `world`, and what each further look tells. */
function watching(world: World, of = undefined as typeof org | undefined) {
  const picture = new FleetPicture(world.pool.state, of);
  let told: FleetTables | undefined;
  return (): FleetEvent[] => {
    const now = picture.look({ now: world.now, wall: world.wall() });
    const events = [...fleetChanges(told, now)];
    told = now;
    return events;
  };
}

const types = (events: readonly FleetEvent[]): string[] => events.map(({ type }) => type);
/** The rows on the first line of that type. */
function rowsOf(events: readonly FleetEvent[], type: FleetEvent['type']): readonly Record<string, unknown>[] {
  const line = events.find((event) => event.type === type);
  return line && 'rows' in line ? line.rows.map((row) => ({ ...row })) : [];
}
const poolOf = (events: readonly FleetEvent[]) => {
  const last = events.at(-1);
  if (last?.type !== 'pool') throw new Error('the last line is not the sums');
  return last.pool;
};

describe('the picture', () => {
  it('has every node, lease, waiting job and organisation, and then nothing but the sums', () => {
    const world = new World();
    world.addNode(inventory([card(0), card(1, { health: 'degraded', healthReasons: ['ecc'] })]));
    world.addNode(inventory(1, { draining: true, drainReason: 'fan' }));
    const running = world.submit();
    const waiting = world.submit({ accelerators: 8, priority: 3 });
    world.pump();
    const look = watching(world);
    const first = look();
    expect(types(first)).toEqual(['nodes', 'leases', 'queue', 'orgs', 'pool']);
    expect(rowsOf(first, 'nodes')).toMatchObject([
      { n: 0, name: 'n0', state: 'ready', note: '#1 ecc', cards: 2, used: 1, free: 1, ill: 1, leases: 1 },
      { n: 1, name: 'n1', state: 'draining', note: 'fan', cards: 1, used: 0, free: 0, seen_at: null },
    ]);
    expect(rowsOf(first, 'leases')).toMatchObject([{ job_id: running, node_name: 'n0', cards: 1 }]);
    expect(rowsOf(first, 'queue')).toMatchObject([{ id: waiting, cards: 8, nodes: 1, priority: 3 }]);
    expect(rowsOf(first, 'orgs')).toMatchObject([
      { org, cards_in_use: 1, waiting_jobs: 1, share_milli: 1000 },
    ]);
    expect(poolOf(first)).toMatchObject({
      node_states: { ready: 1, draining: 1, offline: 0 },
      ...{ cards: 3, used_cards: 1, free_cards: 1, ill_cards: 1, leases: 1, waiting_jobs: 1, granting: true },
    });
    expect(types(look())).toEqual(['pool']);
  });

  it('tells a load in three numbers, and a node again only when its row says something else', () => {
    const world = new World();
    const agent = world.addNode(2);
    world.addNode(2);
    world.pump();
    const look = watching(world);
    look();
    const connection = world.wires[0]?.connection ?? 0;
    world.pool.heartbeat(agent.nodeId, connection, {
      ...{ sample: 1, card: [0, 1], utilizationPct: [90, 30], memoryUsedMib: [(80 * gib) / 2 ** 20, 0] },
      ...{ temperatureC: [40, 40], powerW: [90, 90], hostCpuPct: 1, hostMemoryUsedMib: 1 },
    });
    expect(look()).toMatchObject([{ type: 'load', load: [0, 60, 50] }, { type: 'pool' }]);
    world.disconnect(0);
    const gone = look();
    expect(gone).toMatchObject([{ type: 'nodes' }, { type: 'load', load: [0, -1, -1] }, { type: 'pool' }]);
    expect(rowsOf(gone, 'nodes')).toMatchObject([
      { n: 0, state: 'offline', free: 0, seen_at: expect.any(String) },
    ]);
  });

  it('says which leases and jobs are no more', () => {
    const world = new World();
    world.addNode(1);
    world.submit();
    const second = world.submit();
    world.pump();
    const look = watching(world);
    look();
    world.apply({ kind: 'stop', jobId: second, reason: 'cancelled', message: '', noticeMs: 0 });
    expect(look()).toMatchObject([
      { type: 'queue', rows: [], gone: [second] },
      { type: 'orgs' },
      { type: 'pool' },
    ]);
  });

  it('shows an organisation its own and nothing of others', () => {
    const world = new World();
    world.addNode(1);
    world.submit({}, null, other);
    world.submit({}, null, other);
    world.pump();
    const own = watching(world, other)();
    expect(types(own)).toEqual(['leases', 'queue', 'orgs', 'pool']);
    expect(poolOf(own)).toMatchObject({ cards: 0, leases: 1, waiting_jobs: 1, node_states: { ready: 0 } });
    expect(rowsOf(own, 'orgs').map((row) => row['org'])).toEqual([other]);
    const owner = watching(world, org)();
    expect(types(owner)).toEqual(['nodes', 'pool']);
    expect(poolOf(owner)).toMatchObject({ cards: 1, used_cards: 1, leases: 0, waiting_jobs: 0 });
  });

  it('keeps its bounds: the newest leases, the jobs that come first', () => {
    const world = new World({ maxOpenJobs: 10_000 });
    for (let n = 0; n < 700; n += 1) world.submit({ priority: n % 7, accelerators: 8 });
    const events = watching(world)();
    const queue = rowsOf(events, 'queue');
    expect([queue.length, queue[0]?.['priority'], queue.at(-1)?.['priority']]).toEqual([500, 6, 2]);
    expect(poolOf(events)).toMatchObject({ waiting_jobs: 700, most_rows: 500 });
  });
});

describe('watching', () => {
  const follow = { follow: true, intervalMs: 2000 };

  it('tells everything, then what has changed, until the watcher leaves', async () => {
    const world = new World();
    world.addNode(1);
    world.pump();
    const clock = new SteppedClock();
    const left = new AbortController();
    const watch = new FleetWatch(world.pool.state, clock).watch(undefined, follow, left.signal);
    const events = watch[Symbol.asyncIterator]();
    const next = async () => (await events.next()).value?.type;
    expect([await next(), await next()]).toEqual(['nodes', 'pool']);
    const later = next();
    await expect.poll(() => clock.pending()).toBe(1);
    world.disconnect(0);
    clock.advance(2000);
    expect([await later, await next()]).toEqual(['nodes', 'pool']);
    const end = next();
    left.abort();
    expect(await end).toBeUndefined();
    expect(clock.pending()).toBe(0);
  });

  it('once ends after the sums; and too many watchers are turned away', async () => {
    const watch = new FleetWatch(new World().pool.state, new SteppedClock());
    const { signal } = new AbortController();
    const seen: string[] = [];
    for await (const { type } of watch.watch(undefined, { ...follow, follow: false }, signal))
      seen.push(type);
    expect(seen).toEqual(['pool']);
    const many = Array.from({ length: 64 }, () => watch.watch(org, follow, signal)[Symbol.asyncIterator]());
    await Promise.all(many.map((one) => one.next()));
    expect(() => watch.watch(org, follow, signal)).toThrow(
      expect.objectContaining({ code: 'resource_exhausted' }),
    );
    await many[0]?.return?.();
    expect(() => watch.watch(org, follow, signal)).not.toThrow();
  });
});
