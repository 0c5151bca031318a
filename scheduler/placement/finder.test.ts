/** What must hold for all fleets: the finder against a look at every node. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  anyNode,
  anyRequirement,
  joined,
  part,
  PlacedFleet,
  type PlacedNode,
  twoIslands,
  viewOf,
} from '../../test/scheduler/placing.ts';
import { card, gib, inventory, org, spec } from '../../test/scheduler/values.ts';
import type { JobSpec } from '../../proto/api.ts';
import { add, fits as hostFits, none, subtract } from '../../proto/resources.ts';
import { coarse } from './coarse.ts';
import { lacks } from './filter.ts';
import type { Fit } from './finder.ts';
import { modelsFor } from './gang.ts';
import { isBetter, type Rank } from './rank.ts';
import { type Requirement, requirementOf } from './requirement.ts';

type Step = { ask: Requirement } | { end: number } | { sleep: number };

const history: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: anyRequirement.map((ask) => ({ ask })) },
    { weight: 2, arbitrary: fc.nat({ max: 11 }).map((end) => ({ end })) },
    { weight: 1, arbitrary: fc.constantFrom({ sleep: 1_000_000 }, { sleep: 5_000_000 }) },
  ),
  { maxLength: 40 },
);

const fleet = fc.array(anyNode, { minLength: 1, maxLength: 12 });

function fits(nodes: readonly PlacedNode[], requirement: Requirement, now: number): PlacedNode[] {
  return nodes.filter((node) => !lacks(requirement, viewOf(node, now)));
}

/** The rank of a node as its group has it. */
function groupRank(of: PlacedFleet, requirement: Requirement, node: PlacedNode): Rank | undefined {
  const { cpuMilli, memoryBytes, diskBytes } = node.free.resources;
  const mib = 1024 ** 2;
  const down = (bytes: number): number => coarse(Math.floor(bytes / mib)) * mib;
  const resources = {
    cpuMilli: coarse(cpuMilli),
    memoryBytes: down(memoryBytes),
    diskBytes: down(diskBytes),
  };
  const free = { ...node.free, resources };
  return of.finder.ranker.best(requirement, { ...viewOf(node, 0), free })?.rank;
}

function checkGrant(requirement: Requirement, { node, cards }: Fit<PlacedNode>, now: number): void {
  expect(lacks(requirement, viewOf(node, now))).toBeUndefined();
  expect(cards).toHaveLength(requirement.cards);
  expect(new Set(cards.map(({ id }) => id)).size).toBe(cards.length);
  for (const one of cards) expect(one.freeMilli).toBeGreaterThanOrEqual(requirement.milli);
  expect(new Set(cards.map(({ card: { model } }) => model)).size).toBeLessThanOrEqual(1);
  if (requirement.linked && cards.length > 1) {
    expect(new Set(cards.map(({ card: { island } }) => island)).size).toBe(1);
    expect(cards[0]?.card.island).toBeGreaterThanOrEqual(0);
  }
}

/** No card and no host is over-committed, and no share is in two pieces. */
function checkNode({ layout, live, free }: PlacedNode): void {
  const taken = new Map<string, number>();
  let used = none;
  for (const { acceleratorIds, acceleratorMilli, wants } of live.values()) {
    if (acceleratorMilli < 1000) expect(acceleratorIds).toHaveLength(1);
    for (const id of acceleratorIds) taken.set(id, (taken.get(id) ?? 0) + acceleratorMilli);
    used = add(used, wants);
  }
  for (const milli of taken.values()) expect(milli).toBeLessThanOrEqual(1000);
  const { cpuMilli, memoryBytes, diskBytes } = layout.inventory.host;
  const host = { cpuMilli, memoryBytes, diskBytes };
  expect(hostFits(used, host)).toBe(true);
  const most = layout.inventory.ownerPolicy?.maxCards ?? Number.POSITIVE_INFINITY;
  expect(taken.size).toBeLessThanOrEqual(most);
  expect(free.resources).toEqual(subtract(host, used));
}

/** Whether so many nodes have cards of one model that a gang fits. */
function gangFits(nodes: readonly PlacedNode[], requirement: Requirement, now: number): boolean {
  const counts = new Map<string, number>();
  for (const node of fits(nodes, requirement, now))
    for (const model of modelsFor(requirement, viewOf(node, now)))
      counts.set(model, (counts.get(model) ?? 0) + 1);
  return Math.max(0, ...counts.values()) >= requirement.nodes;
}

function run(
  of: PlacedFleet,
  steps: readonly Step[],
  onFit?: (ask: Requirement, fit: Fit<PlacedNode>) => void,
): void {
  let now = 0;
  for (const step of steps) {
    if ('sleep' in step) now += step.sleep;
    else if ('end' in step) {
      const node = of.nodes[step.end % of.nodes.length];
      if (node) of.endOldest(node);
    } else if (step.ask.nodes > 1) {
      const gang = of.finder.findGang(step.ask, now);
      expect(gang !== undefined).toBe(gangFits(of.nodes, step.ask, now));
      if (!gang) continue;
      expect(new Set(gang.map(({ node }) => node)).size).toBe(step.ask.nodes);
      expect(new Set(gang.map(({ cards }) => cards[0]?.card.model)).size).toBe(1);
      for (const fit of gang) {
        checkGrant(step.ask, fit, now);
        of.grant(step.ask, fit);
      }
    } else {
      of.mix.note(step.ask);
      const fit = of.finder.find(step.ask, now);
      expect(fit !== undefined).toBe(fits(of.nodes, step.ask, now).length > 0);
      if (!fit) continue;
      checkGrant(step.ask, fit, now);
      onFit?.(step.ask, fit);
      of.grant(step.ask, fit);
    }
    of.nodes.forEach(checkNode);
  }
}

describe('the finder', () => {
  it('places every job and gang that fits, over-commits nothing, splits no share', () => {
    fc.assert(
      fc.property(fleet, history, (nodes, steps) => {
        const of = new PlacedFleet();
        for (const [inventory, owner] of nodes) of.add(inventory, owner);
        run(of, steps);
      }),
      { numRuns: 150 },
    );
  });

  it('does so too when it may rank only one new state at a time', () => {
    fc.assert(
      fc.property(fleet, history, (nodes, steps) => {
        const of = new PlacedFleet(1);
        for (const [inventory, owner] of nodes) of.add(inventory, owner);
        run(of, steps);
      }),
      { numRuns: 100 },
    );
  });

  it('finds a node that ranks as well as any', () => {
    fc.assert(
      fc.property(fleet, history, (nodes, steps) => {
        const of = new PlacedFleet();
        for (const [inventory, owner] of nodes) of.add(inventory, owner);
        const single = steps.filter((step) => !('sleep' in step) && !('ask' in step && step.ask.nodes > 1));
        run(of, single, (ask, { node }) => {
          const found = groupRank(of, ask, node);
          for (const other of fits(of.nodes, ask, 0)) {
            const rank = groupRank(of, ask, other);
            expect(found && rank && isBetter(rank, found)).toBe(false);
          }
        });
      }),
      { numRuns: 100 },
    );
  });

  it('finds the few nodes of rare terms among very many states', () => {
    const of = new PlacedFleet();
    const host = inventory(0).host;
    for (let i = 0; i < 600; i += 1)
      of.add(inventory(1, { host: { ...host, cpuMilli: 2000 + 500 * i, labels: { zone: 'a' } } }));
    const rare = of.add(inventory(1, { host: { ...host, cpuMilli: 1_000_000, labels: { zone: 'b' } } }));
    const ask = (changes: Partial<JobSpec>): Requirement => requirementOf(spec(changes), org);
    expect(of.finder.find(ask({ node_labels: { zone: 'b' } }), 0)?.node).toBe(rare);
    expect(of.finder.find(ask({ node_labels: { zone: 'c' } }), 0)).toBeUndefined();
    expect(of.finder.findGang(ask({ node_labels: { zone: 'b' }, nodes: 2 }), 0)).toBeUndefined();
    expect(of.finder.findGang(ask({ nodes: 601 }), 0)).toHaveLength(601);
    expect(of.finder.findGang(ask({ nodes: 602 }), 0)).toBeUndefined();
  });
});

describe('the cards of a lease', () => {
  const ask = (changes: Partial<JobSpec>): Requirement => requirementOf(spec(changes), org);
  const indexes = (fit: Fit<PlacedNode> | undefined): number[] | undefined =>
    fit?.cards.map(({ card: { info } }) => info.index);

  it('are of one island, of the one that is left the fullest', () => {
    const of = new PlacedFleet();
    const node = of.add(inventory(twoIslands()));
    const place = (accelerators: number): number[] | undefined => {
      const need = ask({ accelerators });
      const fit = of.finder.find(need, 0);
      if (fit) of.grant(need, fit);
      return indexes(fit);
    };
    expect(place(2)).toEqual([0, 1]);
    expect(place(4)).toEqual([4, 5, 6, 7]);
    expect(place(2)).toEqual([2, 3]);
    of.endOldest(node);
    expect(place(1)).toEqual([0]);
  });

  it('are not linked by PCIe, nor by links that nobody told', () => {
    const of = new PlacedFleet();
    const pcie = joined([card(0), card(1)]).map((one) => ({
      ...one,
      links: one.links.map((link) => ({ ...link, kind: 'pcie' })),
    }));
    of.add(inventory(pcie));
    of.add(inventory(2));
    expect(of.finder.find(ask({ accelerators: 2, linked: true }), 0)).toBeUndefined();
    expect(of.finder.find(ask({ accelerators: 1, linked: true }), 0)).toBeDefined();
    const linked = of.add(inventory(joined([card(0), card(1)])));
    expect(of.finder.find(ask({ accelerators: 2, linked: true }), 0)?.node).toBe(linked);
    expect(of.finder.find(ask({ accelerators: 2 }), 0)?.node).toBe(linked);
  });

  it('are near the same CPUs', () => {
    const of = new PlacedFleet();
    of.add(inventory(joined([0, 1, 0, 1, 0].map((numaNode, i) => card(i, { numaNode })))));
    expect(indexes(of.finder.find(ask({ accelerators: 2 }), 0))).toEqual([1, 3]);
    expect(indexes(of.finder.find(ask({ accelerators: 3 }), 0))).toEqual([0, 2, 4]);
  });

  it('are the smallest part that will do, before any whole card', () => {
    const of = new PlacedFleet();
    of.add(inventory(2));
    const parts = of.add(inventory([part(0, 20), part(1, 10)]));
    const memory = (size: number): Fit<PlacedNode> | undefined =>
      of.finder.find(ask({ accelerator_memory_bytes: size * gib }), 0);
    expect([memory(5)?.node, indexes(memory(5))]).toEqual([parts, [1]]);
    expect([memory(15)?.node, indexes(memory(15))]).toEqual([parts, [0]]);
    expect(memory(25)?.node).toBe(of.nodes[0]);
  });

  it('are never several parts of cards, nor parts of a card that is called by its whole name', () => {
    const of = new PlacedFleet();
    of.add(inventory([part(0, 20), part(1, 10)]));
    expect(of.finder.find(ask({ accelerators: 2 }), 0)).toBeUndefined();
    expect(of.finder.find(ask({ models: ['A100'] }), 0)).toBeUndefined();
    expect(indexes(of.finder.find(ask({ models: ['A100 2g.20gb'] }), 0))).toEqual([0]);
    const whole = of.add(inventory(2));
    expect(of.finder.find(ask({ accelerators: 2 }), 0)?.node).toBe(whole);
  });

  it('are on the least used node when they are to be spread', () => {
    const of = new PlacedFleet();
    of.add(inventory(4));
    of.add(inventory(4));
    const names = (strategy: 'pack' | 'spread'): (string | undefined)[] =>
      [1, 2, 3].map(() => {
        const need = ask({ strategy });
        const fit = of.finder.find(need, 0);
        if (fit) of.grant(need, fit);
        return fit?.node.name;
      });
    expect(names('spread')).toEqual(['n0', 'n1', 'n0']);
    expect(names('pack')).toEqual(['n0', 'n0', 'n1']);
  });

  it('of a gang that wants shares are on cards that are lent already where the owner lends no more', () => {
    const of = new PlacedFleet();
    const ownerPolicy = { allowOrgs: [], denyOrgs: [], maxCards: 1, hours: '' };
    of.add(inventory([card(0), card(1, { model: 'T4' })], { ownerPolicy }));
    const half = ask({ accelerator_milli: 500, models: ['T4'] });
    const fit = of.finder.find(half, 0);
    if (fit) of.grant(half, fit);
    of.add(inventory([card(0)]));
    const gang = ask({ accelerator_milli: 500, nodes: 2 });
    expect(of.finder.findGang(gang, 0)).toBeUndefined();
    of.add(inventory([card(0, { model: 'T4' })]));
    expect(
      of.finder
        .findGang(gang, 0)
        ?.map(({ cards }) => cards[0]?.card.model)
        .sort(),
    ).toEqual(['t4', 't4']);
  });

  it('of a gang are of one model when one word means several', () => {
    const of = new PlacedFleet();
    for (const model of ['A100 40GB', 'A100 80GB', 'A100 40GB'])
      of.add(inventory([card(0, { model }), card(1, { model: 'A100 80GB' })]));
    const gang = (nodes: number, accelerators: number): (string | undefined)[] | undefined =>
      of.finder
        .findGang(ask({ nodes, accelerators, models: ['a100'] }), 0)
        ?.flatMap(({ node, cards }) => cards.map(({ card: { model } }) => `${node.name} ${model}`))
        .sort();
    expect(gang(3, 1)).toEqual(['n0 a100 80gb', 'n1 a100 80gb', 'n2 a100 80gb']);
    expect(gang(2, 2)).toBeUndefined();
  });

  it('of a gang are of one model, and in one region when there are enough', () => {
    const of = new PlacedFleet();
    const host = inventory(0).host;
    const at = (region: string, model = 'A100'): PlacedNode =>
      of.add(inventory([card(0, { model })], { host: { ...host, region } }));
    at('110000', 'H20');
    at('110000', 'T4');
    at('110000');
    const gang = (nodes: number): (string | undefined)[] | undefined =>
      of.finder.findGang(ask({ nodes }), 0)?.map(({ node }) => node.name);
    expect(gang(2)).toBeUndefined();
    at('440300');
    expect(gang(2)).toEqual(['n2', 'n3']);
    at('440300');
    expect(gang(2)).toEqual(['n3', 'n4']);
    expect(gang(3)).toEqual(['n2', 'n3', 'n4']);
    expect(gang(4)).toBeUndefined();
  });
});
