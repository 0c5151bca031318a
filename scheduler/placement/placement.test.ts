/** Golden explanations, and the choice of cards. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { card, cardId, gib, inventory, org, spec } from '../../test/scheduler/values.ts';
import type { JobSpec } from '../../proto/api.ts';
import { parseOrg } from '../../proto/ids.ts';
import type { Inventory } from '../../proto/messages.ts';
import type { OwnerPolicy } from '../../proto/owner-policy.ts';
import { freeOf } from '../fleet/capacity.ts';
import { defaultTimes } from '../lease/lease.ts';
import { liveLease } from '../pool/offer.ts';
import { layoutOf } from '../fleet/layout.ts';
import { type Considered, explain } from './explain.ts';
import { type Candidate, plainly, usableCards } from './filter.ts';
import { noMix } from './mix.ts';
import { chooseCards, createRanker } from './rank.ts';
import { requirementOf, shapeKey } from './requirement.ts';

/** A node with `cards` of which the leases take theirs: card index to milli. */
function node(of: Inventory, taken: Record<number, number> = {}): Candidate {
  const leases = Object.entries(taken).map(([index, acceleratorMilli]) => {
    const job = spec({ cpu_milli: 0, memory_bytes: 0, disk_bytes: 0 });
    const record = { acceleratorIds: [cardId(Number(index))], acceleratorMilli, state: 'running' };
    return liveLease(record as never, job, defaultTimes, 0);
  });
  return {
    free: freeOf(layoutOf(of, org), leases),
    labels: of.host.labels,
    region: of.host.region,
    owner: org,
    policy: of.ownerPolicy,
    cardHourMicroYuan: () => 2_000_000,
  };
}

function why(
  job: Partial<JobSpec>,
  ...nodes: (Candidate | 'disconnected' | 'draining' | 'resting')[]
): string {
  const considered = nodes.map(
    (one): Considered => (typeof one === 'string' ? { out: one } : { candidate: one }),
  );
  return explain(requirementOf(spec(job), org), considered);
}

const labelled = inventory(8, { host: { ...inventory(0).host, labels: { zone: 'b' } } });
const lent = (policy: Partial<OwnerPolicy>, cards = 8): Inventory =>
  inventory(cards, { ownerPolicy: { allowOrgs: [], denyOrgs: [], hours: '', ...policy } });
const small = inventory(8, { host: { ...inventory(0).host, cpuMilli: 2000, memoryBytes: 4 * gib } });
const ascend = inventory([card(0, { vendor: 'ascend', model: '910B' })]);

describe('why a job waits:', () => {
  it.each([
    ['nothing enrolled', why({}), 'no node is enrolled'],
    [
      'cards are taken',
      why({ accelerators: 2 }, node(inventory(2), { 0: 1000 }), node(inventory(2), { 1: 1 }), 'draining'),
      'no node has 2 free cards: 2 nodes with 1 of 2 free, 1 node draining',
    ],
    [
      'other vendors only',
      why({ accelerators: 4, vendors: ['NVIDIA'] }, node(ascend), 'disconnected', 'disconnected'),
      'no node has 4 free nvidia cards: 2 nodes disconnected, 1 node without such cards',
    ],
    [
      'memory per card',
      why({ accelerator_memory_bytes: 96 * gib, models: ['A100', 'H20'] }, node(inventory(1))),
      'no node has 1 free a100 or h20 card with 96 GiB: 1 node without such cards',
    ],
    [
      'a share',
      why({ accelerator_milli: 500 }, node(inventory(2), { 0: 600, 1: 1000 })),
      'no node has 0.5 of a card free: 1 node with 0 of 2 free',
    ],
    [
      'labels',
      why({ node_labels: { zone: 'a' } }, node(labelled), node(inventory(8))),
      'no node has 1 free card: 2 nodes not labelled zone=a',
    ],
    [
      'the host',
      why({ cpu_milli: 4000 }, node(small), 'resting'),
      'no node has 1 free card: 1 node resting after refusing an offer, 1 node with 2 CPUs free',
    ],
    [
      'the host alone',
      why({ accelerators: 0, memory_bytes: 8 * gib }, node(small)),
      'no node has 1 CPUs and 8 GiB free: 1 node with 4 GiB of memory free',
    ],
    [
      'disk',
      why({ disk_bytes: 4096 * gib }, node(inventory(1))),
      'no node has 1 free card: 1 node with 1024 GiB of disk free',
    ],
    [
      'the owner',
      why(
        {},
        node(lent({ denyOrgs: [org] })),
        node(lent({ allowOrgs: [parseOrg('other')] })),
        node(lent({ windowLeftMs: 0 })),
        node(lent({ windowLeftMs: 3_599_999 })),
        node(lent({ maxLeaseMs: 1_800_000 })),
      ),
      "no node has 1 free card: 2 nodes not lent to this organisation, 1 node lent for at most 30 min, 1 node outside its owner's hours, 1 node whose owner's hours end before the time limit would",
    ],
    [
      'the number of cards that the owner lends',
      why(
        { accelerators: 2 },
        node(lent({ maxCards: 2 }), { 0: 1000 }),
        node(lent({ maxCards: 1 }), { 0: 500 }),
      ),
      'no node has 2 free cards: 1 node whose owner lends 1 more card at most, 1 node with as many cards leased as its owner lends',
    ],
    [
      'nothing, within all limits',
      why({}, node(lent({ allowOrgs: [org], windowLeftMs: 3_600_000, maxLeaseMs: 3_600_000, maxCards: 1 }))),
      'about to be placed',
    ],
    ['nothing', why({}, node(inventory(1))), 'about to be placed'],
  ])('%s', (_name, text, golden) => {
    expect(text).toBe(golden);
  });

  it('names at most five reasons', () => {
    const nodes = [0, 1, 2, 3, 4, 5, 6].map((n) => node(inventory(n)));
    expect(why({ accelerators: 9 }, ...nodes)).toMatch(/(, .*){5}2 other reasons$/);
  });
});

describe('the cards of a lease', () => {
  const chosen = (job: Partial<JobSpec>, of: Candidate): number[] | undefined =>
    chooseCards(requirementOf(spec(job), org), of, createRanker(noMix, []))?.map(({ id }) =>
      Number(id.split(':')[1]),
    );

  it('are the first free ones, in order', () => {
    expect(chosen({ accelerators: 2 }, node(inventory(4), { 1: 10 }))).toEqual([0, 2]);
    expect(chosen({ accelerators: 0 }, node(inventory(4)))).toEqual([]);
    expect(chosen({ accelerators: 4 }, node(inventory(4), { 1: 10 }))).toBeUndefined();
  });

  it('are of one model', () => {
    const mixed = inventory([card(0), card(1, { model: 'H20' }), card(2, { model: 'H20' })]);
    expect(chosen({ accelerators: 2 }, node(mixed))).toEqual([1, 2]);
    expect(chosen({ accelerators: 3 }, node(mixed))).toBeUndefined();
  });

  it('leave out those that failed or are not offered, and take degraded ones', () => {
    const some = inventory([
      card(0, { health: 'failed' }),
      card(1, { offered: false }),
      card(2, { health: 'degraded' }),
    ]);
    expect(chosen({}, node(some))).toEqual([2]);
  });

  it('put a share on the fullest card that still has room', () => {
    const shared = node(inventory(3), { 1: 300, 2: 800 });
    expect(chosen({ accelerator_milli: 500 }, shared)).toEqual([1]);
    expect(chosen({ accelerator_milli: 200 }, shared)).toEqual([2]);
    expect(chosen({ accelerator_milli: 900 }, shared)).toEqual([0]);
  });

  it('are no more than the owner lends at once; a share of a card that is lent already is no further one', () => {
    const two = lent({ maxCards: 2 });
    expect(chosen({ accelerators: 3 }, node(two))).toBeUndefined();
    expect(chosen({ accelerators: 2 }, node(two))).toEqual([0, 1]);
    expect(chosen({}, node(two, { 0: 1000, 1: 1000 }))).toBeUndefined();
    expect(chosen({ accelerator_milli: 500 }, node(two, { 0: 1000, 1: 500 }))).toEqual([1]);
    expect(chosen({ accelerator_milli: 600 }, node(two, { 0: 1000, 1: 500 }))).toBeUndefined();
    expect(chosen({ accelerators: 0 }, node(two, { 0: 1000, 1: 1000 }))).toEqual([]);
  });

  it('are counted without a list where all are of one model, and then as many as are listed', () => {
    const some = fc.record({
      model: fc.constantFrom('A100', 'H20'),
      health: fc.constantFrom('ok' as const, 'degraded' as const, 'failed' as const),
      memoryBytes: fc.constantFrom(16 * gib, 80 * gib),
      milli: fc.constantFrom(0, 0, 300, 1000),
    });
    const wish = fc.record({
      accelerators: fc.constantFrom(1, 2),
      accelerator_milli: fc.constantFrom(500, 1000),
      accelerator_memory_bytes: fc.constantFrom(0, 20 * gib),
      linked: fc.constantFrom(false, false, true),
    });
    fc.assert(
      fc.property(fc.array(some, { maxLength: 5 }), wish, fc.boolean(), (cards, job, isOneModel) => {
        const told = cards.map(({ health, memoryBytes, model }, i) =>
          card(i, { health, memoryBytes, model: isOneModel ? 'A100' : model }),
        );
        const of = node(inventory(told), Object.fromEntries(cards.map(({ milli }, i) => [i, milli])));
        const needs = requirementOf(spec(job), org);
        const usable = usableCards(needs, of);
        const models = new Set(of.free.cards.map((free) => free.card.model));
        const plain = plainly(needs, of);
        expect(plain === undefined).toBe(needs.linked || models.size > 1);
        if (!plain) return;
        const listed = [...usable.values()].flat();
        const isLent = listed.some(({ freeMilli }) => freeMilli < 1000);
        expect(plain).toEqual({ count: listed.length, isLent });
      }),
    );
  });

  it('never count a card of unknown memory as big enough', () => {
    const { memoryBytes: _, ...unknown } = card(0);
    expect(chosen({ accelerator_memory_bytes: 1 }, node(inventory([unknown])))).toBeUndefined();
    expect(chosen({}, node(inventory([unknown])))).toEqual([0]);
  });
});

describe('a shape', () => {
  it('is the same for the same needs, whatever their order or case', () => {
    const key = (job: Partial<JobSpec>): string => shapeKey(requirementOf(spec(job), org));
    expect(key({ vendors: ['b', 'A'], node_labels: { x: '1', a: '2' } })).toBe(
      key({ vendors: ['a', 'B'], node_labels: { a: '2', x: '1' }, image: 'other', priority: 4 }),
    );
    expect(key({ accelerators: 2 })).not.toBe(key({}));
    expect(key({ time_limit_ms: 1 })).not.toBe(key({}));
    expect(shapeKey(requirementOf(spec(), parseOrg('other')))).not.toBe(key({}));
  });
});
