/** Why a job is where it is, and where one would go, over a whole pool: golden text. */
import { describe, expect, it } from 'vitest';
import type { PlacementView } from '../../proto/api.ts';
import { explainJob, plan } from '../../scheduler/pool/accounts.ts';
import { createExplainer } from '../../scheduler/pool/views.ts';
import { defaultTerms } from '../../scheduler/queue/shares.ts';
import { org, spec } from './values.ts';
import { World } from './world.ts';

function world(): World {
  const made = new World();
  made.addNode(4);
  made.addNode(2);
  return made;
}

function explained(of: World, number: number, mayName = true): PlacementView {
  const job = [...of.pool.state.jobs.values()][number];
  if (!job) throw new Error('no such job');
  const { state } = of.pool;
  const why = createExplainer(state, of.now, of.wall());
  return explainJob(state, job, { mayName: () => mayName, why, now: of.now });
}

function planned(of: World, changes: Parameters<typeof spec>[0], mayName = true): PlacementView {
  return plan(of.pool.state, { spec: spec(changes), org }, () => mayName, of.now);
}

describe('the account of a job', () => {
  it('that is held back though it fits tells by what', () => {
    const of = world();
    const value = { ...defaultTerms(org), maxCards: 2 };
    of.apply({ kind: 'set', setting: { kind: 'terms', name: org, value } });
    of.submit({ accelerators: 1 });
    of.submit({ accelerators: 2 });
    const { verdict, nodes, text } = explained(of, 1);
    expect([verdict, nodes]).toEqual(['waits', []]);
    expect(text).toMatch(/^it waits: acme uses .*\notherwise it would be placed now, on n\d/);
  });

  it('that is spread tells who wants it so', () => {
    const of = world();
    const value = { pool: '', strategy: 'spread' } as const;
    of.apply({ kind: 'set', setting: { kind: 'pool', name: '', value } });
    of.submit({ accelerators: 1 });
    of.submit({ accelerators: 1, strategy: 'pack' });
    expect(explained(of, 0).text).toMatch(
      /\nthe least used node first, as jobs of no pool have it; a job may ask otherwise \(--pack\)$/,
    );
    expect(explained(of, 1).text).not.toContain('least used');
    expect(planned(of, { accelerators: 1 }).text).toContain('as jobs of no pool have it');
    expect(planned(of, { accelerators: 1, strategy: 'spread' }).text).toMatch(
      /as the job asks \(--spread\)$/,
    );
  });

  it('that has its cards tells how its node ranks without it', () => {
    const of = world();
    of.submit({ accelerators: 2 });
    of.pump();
    const { verdict, nodes, fitting_nodes, text } = explained(of, 0);
    expect([verdict, fitting_nodes, nodes[0]?.node_name, nodes[0]?.free_cards]).toEqual([
      'placed',
      2,
      'n1',
      2,
    ]);
    expect(text).toBe(
      [
        'it is on n1 nvidia:0 nvidia:1, which ranks 1 as the pool is now without it',
        '2 nodes have 2 free cards, best first:',
        '  1. n1: 2 of 2 cards free  <- here',
        '  2. n0: 4 of 4 cards free',
      ].join('\n'),
    );
  });

  it('that waits tells what is lacking, and names no nodes to those who may not know them', () => {
    const of = world();
    of.submit({ accelerators: 4 });
    of.submit({ accelerators: 3 });
    of.pump();
    expect(explained(of, 1)).toMatchObject({
      verdict: 'waits',
      nodes: [],
      fitting_nodes: 0,
      lacking: [
        { nodes: 1, lack: 'with 0 of 4 free' },
        { nodes: 1, lack: 'with 2 of 2 free', remedy: 'it fits with at most 2 cards a node' },
      ],
      text: [
        'it would wait',
        'no node has 3 free cards',
        '1 node with 0 of 4 free: it fits when 3 cards are free',
        '1 node with 2 of 2 free: it fits with at most 2 cards a node',
      ].join('\n'),
    });
    expect(planned(of, { accelerators: 1 }, false).fitting).toMatchObject([
      { node_name: 'another node (2)' },
    ]);
  });
});

describe('a plan', () => {
  it('is where the next job then goes', () => {
    const of = world();
    for (const accelerators of [1, 2, 2, 1, 1]) {
      const { verdict, nodes } = planned(of, { accelerators });
      const before = of.pool.state.leases.size;
      of.submit({ accelerators });
      of.pump();
      const lease = [...of.pool.state.leases.values()][before];
      expect(verdict).toBe(lease ? 'fits' : 'waits');
      expect(nodes[0]?.node_name).toBe(lease?.nodeName);
      expect(nodes[0]?.accelerator_ids).toEqual(lease?.acceleratorIds);
    }
  });

  it('of several nodes is all or nothing', () => {
    const of = world();
    const two = planned(of, { accelerators: 2, nodes: 2 });
    expect([two.verdict, two.nodes.map(({ node_name }) => node_name).toSorted()]).toEqual([
      'fits',
      ['n0', 'n1'],
    ]);
    const apart = planned(of, { accelerators: 3, nodes: 2 });
    expect(apart.verdict).toBe('waits');
    expect(apart.text).toBe(
      [
        'it would wait',
        'fewer than 2 nodes with cards of one model fit at once',
        '1 node has 3 free cards, best first:',
        '  1. n0: 4 of 4 cards free',
        '1 node with 2 of 2 free: it fits with at most 2 cards a node',
      ].join('\n'),
    );
  });
});
