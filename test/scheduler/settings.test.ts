/** What operators set: terms of organisations, cordon and drain, times for which nodes are kept. */
import { describe, expect, it } from 'vitest';
import type { JobId } from '../../proto/ids.ts';
import { makeId, parseOrg } from '../../proto/ids.ts';
import { defaultTerms } from '../../scheduler/queue/shares.ts';
import type { HoldRecord, NodeRules, OrgTerms } from '../../scheduler/records.ts';
import { org, seed } from './values.ts';
import { World } from './world.ts';

const hour = 3_600_000;
const other = parseOrg('other');

const view = (world: World, id: JobId) => world.view(id);

const state = (world: World, id: JobId) => view(world, id).state;

function terms(world: World, changes: Partial<OrgTerms>): void {
  world.apply({
    kind: 'set',
    setting: { kind: 'terms', name: org, value: { ...defaultTerms(org), ...changes } },
  });
}

function rules(n: number, changes: Partial<NodeRules> = {}): NodeRules {
  const nodeId = makeId('node', seed(n));
  return { nodeId, cordoned: false, message: '', pool: '', orgs: [], ...changes };
}

function hold(world: World, inMs: number, forMs: number, changes: Partial<HoldRecord> = {}): HoldRecord {
  const fromUnixMs = world.wall() + inMs;
  return {
    ...{ id: 'h1', nodeIds: [makeId('node', seed(0))], org: null, message: '', by: 'op' },
    ...{ fromUnixMs, untilUnixMs: fromUnixMs + forMs, ...changes },
  };
}

const setHold = (world: World, value: HoldRecord): void => {
  world.apply({ kind: 'set', setting: { kind: 'hold', name: value.id, value } });
};

describe('terms of an organisation', () => {
  it('keep it within its cap, say so, and let it go on when there is room or more is granted', () => {
    const world = new World();
    world.addNode(4);
    terms(world, { maxCards: 2 });
    const [first, second, third] = [1, 1, 1].map(() => world.submit());
    if (!first || !second || !third) throw new Error('no jobs');
    expect([first, second, third].map((id) => state(world, id))).toEqual(['leased', 'leased', 'queued']);
    expect(view(world, third).waiting_reason).toBe(
      'acme uses 2 of the 2 cards that it may use at the same time',
    );
    world.pump();
    world.wires[0]?.agent.finish(0, world.now);
    world.pump();
    expect(state(world, third)).toBe('leased');
    const fourth = world.submit();
    expect(state(world, fourth)).toBe('queued');
    terms(world, { maxCards: 3 });
    expect(state(world, fourth)).toBe('leased');
  });

  it('refuse what they can never allow, with the reason', () => {
    const world = new World();
    terms(world, { maxCards: 2, maxCardHours: 10, maxOpenJobs: 1 });
    expect(() => world.submit({ accelerators: 3 })).toThrow('it asks for 3 cards, and acme may use 2');
    expect(() => world.submit({ time_limit_ms: 11 * hour })).toThrow('it may take 11 card-hours');
    world.submit();
    expect(() => world.submit()).toThrow('1 jobs of acme are waiting or running');
    expect(world.pool.state.openJobs).toBe(1);
  });

  it('count card-hours of the month across a restart', () => {
    const world = new World();
    world.addNode(1);
    terms(world, { maxCardHours: 1.5 });
    world.submit({ time_limit_ms: hour, grace_ms: 0 });
    world.pump();
    world.advance(1000);
    world.wires[0]?.agent.finish(0, world.now);
    world.pump();
    world.restart();
    world.connect(0);
    world.pump();
    const used = world.usageRows.reduce((sum, { cardMs }) => sum + cardMs, 0);
    expect(world.pool.state.months.get(org)?.cardMs).toBe(used);
    expect(world.pool.state.terms.get(org)?.maxCardHours).toBe(1.5);
    const fits = world.submit({ time_limit_ms: 1.5 * hour - used, grace_ms: 0 });
    expect(state(world, fits)).toBe('leased');
  });
});

describe('a pool that spreads', () => {
  const spread = (world: World, pool: string, strategy: 'pack' | 'spread' = 'spread'): void => {
    world.apply({ kind: 'set', setting: { kind: 'pool', name: pool, value: { pool, strategy } } });
  };
  const nodesOf = (world: World, ids: JobId[]): (string | undefined)[] =>
    ids.map((id) => view(world, id).lease?.node_name);
  const ofPool = { node_labels: { pool: 'gold' } };

  /** Two nodes of four cards in the pool `gold`. */
  function gold(): World {
    const world = new World();
    for (const n of [0, 1]) {
      world.addNode(4);
      world.apply({
        kind: 'set',
        setting: { kind: 'node', name: `n${n}`, value: rules(n, { pool: 'gold' }) },
      });
    }
    return world;
  }

  it('is followed by the jobs that ask for it and leave it to it, also after a restart', () => {
    const world = gold();
    const pair = (): JobId[] => [ofPool, ofPool].map((one) => world.submit(one));
    const [first, second] = nodesOf(world, pair());
    expect(first).toBe(second);
    spread(world, 'gold');
    world.restart();
    for (const n of [0, 1]) world.connect(n);
    world.pump();
    const [third, fourth] = nodesOf(world, pair());
    // The other node had nothing; then both have two cards of four, and one more each.
    expect(third).not.toBe(first);
    expect(fourth).toBe(third);
  });

  it('is not followed by jobs that say themselves, nor by those of another pool', () => {
    const world = gold();
    spread(world, 'gold');
    const packed = [1, 2].map(() => world.submit({ ...ofPool, strategy: 'pack' }));
    const elsewhere = [1, 2].map(() => world.submit());
    expect(new Set(nodesOf(world, [...packed, ...elsewhere])).size).toBe(1);
    spread(world, '');
    expect(nodesOf(world, [world.submit()])[0]).not.toBe(nodesOf(world, packed)[0]);
  });

  it('is followed by those that wait, each once and in their order', () => {
    const world = gold();
    const big = [1, 2].map(() => world.submit({ ...ofPool, accelerators: 4 }));
    const waiting = [1, 2, 3].map(() => world.submit({ ...ofPool, accelerators: 2 }));
    spread(world, 'gold');
    spread(world, 'gold', 'pack');
    spread(world, 'gold');
    expect(waiting.map((id) => state(world, id))).toEqual(['queued', 'queued', 'queued']);
    expect(world.pool.state.queue.size).toBe(3);
    expect([...world.pool.state.queue.shapes()]).toHaveLength(1);
    world.pump();
    world.wires[0]?.agent.finish(0, world.now);
    world.pump();
    expect(waiting.map((id) => state(world, id))).toEqual(['leased', 'leased', 'queued']);
    expect(big.map((id) => state(world, id))).toContain('ended');
  });
});

describe('a cordoned node', () => {
  it('takes nothing new, keeps what it has, and is told so by name', () => {
    const world = new World();
    world.addNode(2);
    const first = world.submit();
    world.pump();
    world.apply({ kind: 'set', setting: { kind: 'node', name: 'n', value: rules(0, { cordoned: true }) } });
    const second = world.submit();
    expect([state(world, first), state(world, second)]).toEqual(['leased', 'queued']);
    expect(view(world, second).waiting_reason).toContain('cordoned');
    world.restart();
    world.connect(0);
    world.pump();
    expect(state(world, second)).toBe('queued');
    world.apply({ kind: 'set', setting: { kind: 'node', name: 'n', value: rules(0) } });
    expect(state(world, second)).toBe('leased');
  });

  it('gives its leases back when it is drained', () => {
    const world = new World();
    world.addNode(1);
    const first = world.submit();
    world.pump();
    world.apply({ kind: 'drain', rules: rules(0, { cordoned: true, message: 'fan' }), noticeMs: 60_000 });
    expect([...world.disk.leases.values()][0]?.stop).toMatchObject({
      ...{ reason: 'preempted', message: 'its node is drained: fan', graceMs: 60_000 },
    });
    world.pump();
    expect(view(world, first).end?.reason).toBe('preempted');
    const unknown = rules(99);
    expect(() => world.apply({ kind: 'drain', rules: unknown, noticeMs: 0 })).toThrow('there is no node');
  });

  it('of a pool is found by its label, by whom it is for', () => {
    const world = new World();
    world.addNode(1);
    world.apply({
      kind: 'set',
      setting: { kind: 'node', name: 'n', value: rules(0, { pool: 'gold', orgs: [other] }) },
    });
    const mine = world.submit({ node_labels: { pool: 'gold' } });
    expect(state(world, mine)).toBe('queued');
    world.apply({ kind: 'set', setting: { kind: 'node', name: 'n', value: rules(0, { pool: 'gold' }) } });
    expect(state(world, mine)).toBe('leased');
  });
});

describe('a hold', () => {
  it('for maintenance lets run what ends before it, and nothing during it', () => {
    const world = new World();
    world.addNode(2);
    setHold(world, hold(world, 2 * hour, hour));
    const long = world.submit({ time_limit_ms: 3 * hour });
    const short = world.submit({ time_limit_ms: hour });
    expect([state(world, long), state(world, short)]).toEqual(['queued', 'leased']);
    world.pump();
    world.wires[0]?.agent.finish(0, world.now);
    world.pump();
    world.now += 2 * hour + 1;
    world.apply({ kind: 'tick' });
    const during = world.submit({ time_limit_ms: 60_000 });
    expect(state(world, during)).toBe('queued');
    world.now += hour;
    world.apply({ kind: 'tick' });
    expect([state(world, during), state(world, long)]).toEqual(['leased', 'leased']);
  });

  it('reserves whole nodes for an organisation, and keeps others out until it is over', () => {
    const world = new World();
    world.addNode(2);
    world.addNode(1);
    world.apply({ kind: 'reserve', cards: 2, hold: hold(world, 0, hour, { org: other, nodeIds: [] }) });
    expect(world.pool.state.holds.get('h1')?.nodeIds).toEqual([makeId('node', seed(0))]);
    const two = world.submit({ accelerators: 2 });
    const one = world.submit();
    expect([state(world, two), state(world, one)]).toEqual(['queued', 'leased']);
    expect(() =>
      world.apply({
        kind: 'reserve',
        cards: 3,
        hold: hold(world, 0, hour, { id: 'h2', org: other, nodeIds: [] }),
      }),
    ).toThrow('only 1 of 3 cards can be reserved then');
    world.apply({ kind: 'end_hold', id: 'h1' });
    expect(state(world, two)).toBe('leased');
    expect(() => world.apply({ kind: 'end_hold', id: 'h1' })).toThrow('there is no hold');
  });
});
