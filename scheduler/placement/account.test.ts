/** Golden accounts: the text that a person reads. */
import { describe, expect, it } from 'vitest';
import { PlacedFleet, type PlacedNode, part, twoIslands, viewOf } from '../../test/scheduler/placing.ts';
import { card, gib, inventory, org, spec } from '../../test/scheduler/values.ts';
import type { JobSpec } from '../../proto/api.ts';
import { parseOrg } from '../../proto/ids.ts';
import { accountOf, type Named, tell } from './account.ts';
import { requirementOf } from './requirement.ts';

/** A small pool of all sorts. */
function pool(): PlacedFleet {
  const of = new PlacedFleet();
  const host = inventory(0).host;
  of.add(inventory(4));
  of.add(inventory(twoIslands(), { host: { ...host, region: '440300', labels: { zone: 'a' } } }));
  of.add(
    inventory([card(0, { model: 'T4', memoryBytes: 16 * gib, driverVersion: '535.1' })]),
    parseOrg('other'),
  );
  of.add(inventory([part(0, 10), part(1, 20)], { host: { ...host, cpuMilli: 2000 } }));
  const ownerPolicy = { allowOrgs: [], denyOrgs: [], maxLeaseMs: 1_800_000, maxCards: 1, hours: '' };
  of.add(inventory(2, { ownerPolicy }));
  const busy = of.nodes[0];
  const need = requirementOf(spec({ accelerators: 3, cpu_milli: 40_000 }), org);
  const fit = busy && of.finder.findAmong(need, [busy], 0);
  if (fit) of.grant(need, fit);
  return of;
}

function account(changes: Partial<JobSpec>, here?: string): string {
  const of = pool();
  const requirement = requirementOf(spec(changes), org);
  const named = of.nodes.map((node: PlacedNode): Named => ({ name: node.name, candidate: viewOf(node, 0) }));
  const nodes: Named[] = [...named, { name: 'n5', out: 'draining' }, { name: 'n6', out: 'disconnected' }];
  return tell(requirement, accountOf(requirement, nodes, of.finder.ranker), here).join('\n');
}

describe('the account of a placement', () => {
  it('tells how the nodes rank', () => {
    expect(account({ accelerators: 1, models: ['a100'] }, 'n1')).toBe(
      [
        '2 nodes have 1 free a100 card, best first:',
        '  1. n0: 1 of 4 cards free',
        '  2. n1: 8 of 8 cards free  <- here',
        '2 nodes without such cards: it may fit with another model',
        '1 node disconnected: it may fit when the node is back',
        '1 node draining: it may fit when the drain is over',
        '1 node lent for at most 30 min: it fits with a time limit of at most 30 min',
      ].join('\n'),
    );
    expect(account({ accelerators: 1, strategy: 'spread', time_limit_ms: 60_000 })).toContain(
      'n1: 8 of 8 cards free, 0 leased',
    );
    expect(account({ accelerators: 6 })).toContain('8 of 8 cards free, cards not joined by links');
  });

  it('tells which nodes have not the sandbox that a job wants', () => {
    const of = new PlacedFleet();
    const { host } = inventory(0);
    const labels = { 'sandbox.gvisor': 'yes' };
    of.add(inventory(0, { host: { ...host, labels } }));
    of.add(inventory(0));
    const nodes = of.nodes.map((node): Named => ({ name: node.name, candidate: viewOf(node, 0) }));
    const requirement = requirementOf(spec({ sandbox: 'gvisor', accelerators: 0 }), org);
    expect(tell(requirement, accountOf(requirement, nodes, of.finder.ranker)).join('\n')).toMatch(
      /1 node without the sandbox gvisor: it fits without a sandbox/,
    );
  });

  it('names the node where it is before others that rank the same', () => {
    const of = new PlacedFleet();
    const nodes = [0, 1, 2].map((): Named => {
      const node = of.add(inventory(2));
      return { name: node.name, candidate: viewOf(node, 0) };
    });
    const requirement = requirementOf(spec(), org);
    const lines = tell(requirement, accountOf(requirement, nodes, of.finder.ranker), 'n1');
    expect(lines.map((line) => /n\d/.exec(line)?.[0])).toEqual([undefined, 'n1', 'n0', 'n2']);
  });

  it('tells what it costs others to have it elsewhere', () => {
    const of = new PlacedFleet();
    for (let i = 0; i < 8; i += 1) of.mix.note(requirementOf(spec({ accelerators: 4 }), org));
    const nodes = [4, 2].map((cards): Named => {
      const node = of.add(inventory(cards));
      return { name: node.name, candidate: viewOf(node, 0) };
    });
    const requirement = requirementOf(spec(), org);
    expect(tell(requirement, accountOf(requirement, nodes, of.finder.ranker))).toEqual([
      '2 nodes have 1 free card, best first:',
      '  1. n1: 2 of 2 cards free',
      '  2. n0: 4 of 4 cards free, costs others 4.00 cards more',
    ]);
  });

  it.each<[Partial<JobSpec>, string[]]>([
    [
      { accelerators: 9, models: ['a100'], time_limit_ms: 60_000 },
      [
        'no node has 9 free a100 cards',
        '2 nodes without such cards: it may fit with another model',
        '1 node disconnected: it may fit when the node is back',
        '1 node draining: it may fit when the drain is over',
        '1 node with 1 of 4 free: it fits with at most 4 cards a node',
        '1 node with 2 of 2 free: it fits with at most 2 cards a node',
        '1 node with 8 of 8 free: it fits with at most 8 cards a node',
        'cards that there are: A100 MIG 1g.10gb, A100 MIG 2g.20gb, T4',
      ],
    ],
    [
      { accelerators: 2, time_limit_ms: 60_000, node_labels: { zone: 'b' } },
      [
        'no node has 2 free cards',
        '5 nodes not labelled zone=b: it fits without that label',
        '1 node disconnected: it may fit when the node is back',
        '1 node draining: it may fit when the drain is over',
      ],
    ],
    [
      { node_label_rules: [{ label: 'zone', op: 'not_in', values: ['a'] }], regions: ['11', '44'] },
      [
        'no node has 1 free card',
        '4 nodes of unknown region: it fits without a region',
        '1 node disconnected: it may fit when the node is back',
        '1 node draining: it may fit when the drain is over',
        '1 node not labelled zone not in a: it fits without that label',
      ],
    ],
    [
      {
        accelerators: 2,
        linked: true,
        time_limit_ms: 60_000,
        not_owners: ['other'],
        regions: [],
        cpu_milli: 30_000,
        models: ['a100'],
        min_driver_version: '',
        node_label_rules: [{ label: 'zone', op: 'not_exists', values: [] }],
      },
      [
        'no node has 2 free a100 cards',
        '1 node disconnected: it may fit when the node is back',
        '1 node draining: it may fit when the drain is over',
        '1 node not labelled zone not exists: it fits without that label',
        '1 node of other: it fits when nodes of other will do',
        '1 node with 1 of 4 free: it fits when 1 more is free, or with 1 card',
        '1 node with at most 1 free card joined by links: it fits with 1 card, or when links do not matter',
        '1 node without such cards: it may fit with another model',
        'cards that there are: A100 MIG 1g.10gb, A100 MIG 2g.20gb',
      ],
    ],
    [
      { accelerators: 5, time_limit_ms: 60_000, min_gigaflops: { fp8: 1 }, models: [] },
      [
        'no node has 5 free cards',
        '5 nodes without such cards: it may fit with another peak',
        '1 node disconnected: it may fit when the node is back',
        '1 node draining: it may fit when the drain is over',
        'cards that there are: A100, A100 MIG 1g.10gb, A100 MIG 2g.20gb, T4',
      ],
    ],
    [
      {
        accelerators: 2,
        vendors: ['nvidia'],
        accelerator_memory_bytes: 10 * gib,
        regions: [],
        cpu_milli: 30_000,
      },
      [
        '1 node has 2 free nvidia cards with 10 GiB, best first:',
        '  1. n1: 8 of 8 cards free',
        '1 node disconnected: it may fit when the node is back',
        '1 node draining: it may fit when the drain is over',
        '1 node lent for at most 30 min: it fits with a time limit of at most 30 min',
        '1 node with 1 of 1 free: it fits with at most 1 card a node',
        '1 node with 1 of 4 free: it fits when 1 more is free, or with 1 card',
        '1 node with parts of such cards only: it fits with 1 card, which may be a part of one',
      ],
    ],
    [
      { max_card_hour_micro_yuan: 500_000, cpu_milli: 30_000, models: ['t4'] },
      [
        'no node has 1 free t4 card',
        '3 nodes without such cards: it may fit with another model',
        '1 node disconnected: it may fit when the node is back',
        '1 node draining: it may fit when the drain is over',
        '1 node lent for at most 30 min: it fits with a time limit of at most 30 min',
        '1 node with such cards from 1 yuan an hour: it fits with a price of 1 yuan an hour',
        'cards that there are: A100, A100 MIG 1g.10gb, A100 MIG 2g.20gb',
      ],
    ],
    [
      { cpu_milli: 100_000, memory_bytes: 600 * gib, accelerators: 0, time_limit_ms: 60_000 },
      [
        'no node has 100 CPUs and 600 GiB free',
        '3 nodes with 64 CPUs free: it fits when 36 more CPUs are free, or with 64',
        '1 node disconnected: it may fit when the node is back',
        '1 node draining: it may fit when the drain is over',
        '1 node with 2 CPUs free: it fits when 98 more CPUs are free, or with 2',
        '1 node with 24 CPUs free: it fits when 76 more CPUs are free, or with 24',
      ],
    ],
  ])('tells what is lacking for %j', (changes, lines) => {
    expect(account(changes).split('\n')).toEqual(lines);
  });
});
