import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inventory } from '../../test/fakes/agent-core.ts';
import { leaseIdOf, offerOf, workOf } from '../../test/fakes/offer.ts';
import { migCard } from '../../test/fakes/probed.ts';
import { parseAcceleratorId, parseOrg } from '../../proto/ids.ts';
import type { Inventory } from '../../proto/messages.ts';
import type { OwnerPolicy } from '../../proto/owner-policy.ts';
import { type Known, unasked } from '../probe/known.ts';
import { generationOf } from '../probe/state.ts';
import type { ProbedDevice } from '../probe/probe.ts';
import { cardShares, refusal, reserved } from './book.ts';
import type { Lease } from './lease.ts';
import { accept } from './machine.ts';

const cards = inventory.accelerators.map((card) => card.id);

describe('the book of leases', () => {
  it('names each reason to refuse', () => {
    const code = (part: Parameters<typeof offerOf>[0], live: Lease[] = [], here = inventory) =>
      refusal(offerOf(part), live, here)?.code;
    expect(code({})).toBeUndefined();
    expect(code({}, [], { ...inventory, draining: true })).toBe('draining');
    expect(code({ inventoryGeneration: 'g0' })).toBe('stale_inventory');
    expect(code({ acceleratorIds: [parseAcceleratorId('nvidia:GPU-9')] })).toBe('stale_inventory');
    expect(code({ work: workOf({ cpuMilli: 4001 }) })).toBe('no_capacity');
    expect(code({}, [accept(offerOf(), 'b', 0)])).toBe('no_capacity');
    expect(code({ acceleratorIds: cards.slice(0, 1).flatMap((id) => [id, id]), acceleratorMilli: 300 })).toBe(
      'invalid_argument',
    );
    const withheld = {
      ...inventory,
      accelerators: inventory.accelerators.map((card) => ({ ...card, offered: false })),
    };
    expect(code({}, [], withheld)).toBe('no_capacity');
  });

  it('refuses what breaks the policy of the owner, whatever the scheduler thinks', () => {
    const lent = (policy: Partial<OwnerPolicy>): Inventory => ({
      ...inventory,
      ownerPolicy: { allowOrgs: [], denyOrgs: [], hours: 'Mon 20:00-21:00 (UTC)', ...policy },
    });
    const said = (
      policy: Partial<OwnerPolicy>,
      part: Parameters<typeof offerOf>[0] = {},
      live: Lease[] = [],
    ) => {
      const why = refusal(offerOf(part), live, lent(policy));
      return why && [why.code, why.message];
    };
    expect(said({ allowOrgs: [parseOrg('other')] })).toEqual([
      'owner_policy',
      'this node is not lent to acme',
    ]);
    expect(said({ denyOrgs: [parseOrg('acme')] })).toEqual(['owner_policy', 'this node is not lent to acme']);
    expect(said({ windowLeftMs: 0 })).toEqual([
      'owner_policy',
      "outside the owner's hours: Mon 20:00-21:00 (UTC)",
    ]);
    expect(said({ windowLeftMs: 3_599_999 })?.[1]).toBe(
      "asks for 3600000 ms, the owner's hours end in 3599999 ms",
    );
    expect(said({ maxLeaseMs: 60_000 })?.[1]).toBe(
      'asks for 3600000 ms, the owner lends for at most 60000 ms',
    );
    expect(said({ maxLeaseMs: 60_000 }, { maxDurationMs: 0 })?.[0]).toBe('owner_policy');
    expect(
      said({ maxLeaseMs: 3_600_000, windowLeftMs: 3_600_000, allowOrgs: [parseOrg('acme')] }),
    ).toBeUndefined();
  });

  it('counts the cards that are lent at the same time, each once', () => {
    const one: Inventory = {
      ...inventory,
      ownerPolicy: { allowOrgs: [], denyOrgs: [], maxCards: 1, hours: '' },
    };
    const [first, second] = cards;
    if (!first || !second) throw new Error('no cards');
    const half = { acceleratorIds: [first], acceleratorMilli: 500, work: workOf({ cpuMilli: 1 }) };
    const held = [accept(offerOf(half), 'b', 0)];
    expect(refusal(offerOf(), [], one)?.message).toBe(
      'with it 2 cards would be leased, the owner lends 1 at the same time',
    );
    expect(refusal(offerOf({ ...half, leaseId: leaseIdOf(2) }), held, one)).toBeUndefined();
    expect(refusal(offerOf({ ...half, acceleratorIds: [second] }), held, one)?.code).toBe('owner_policy');
    expect(refusal(offerOf({ ...half, acceleratorIds: [] }), held, one)).toBeUndefined();
  });

  it('refuses an offer that was made against another layout of partitions, or before a reboot', () => {
    const card = migCard([{ index: 0, profile: '7g.80gb', uuid: 'MIG-1' }]);
    const split = migCard([0, 1].map((index) => ({ index, profile: '3g.40gb', uuid: `MIG-${index + 2}` })));
    const known = (device: ProbedDevice): Known => ({
      ...unasked('nvidia'),
      status: 'present',
      devices: [device],
    });
    const before = generationOf('boot-1', [known(card)]);
    const offer = offerOf({ inventoryGeneration: before });
    expect(refusal(offer, [], { ...inventory, generation: before })).toBeUndefined();
    for (const generation of [generationOf('boot-1', [known(split)]), generationOf('boot-2', [known(card)])])
      expect(refusal(offer, [], { ...inventory, generation })?.code).toBe('stale_inventory');
  });

  it('never lets the node be promised twice, whatever is offered in which order', () => {
    const offer = fc.record({
      acceleratorIds: fc.subarray(cards),
      acceleratorMilli: fc.constantFrom(1000, 500, 250),
      cpuMilli: fc.integer({ min: 0, max: 3000 }),
      memoryBytes: fc.integer({ min: 0, max: 2 ** 32 }),
    });
    fc.assert(
      fc.property(fc.array(offer, { maxLength: 25 }), (offers) => {
        const live: Lease[] = [];
        offers.forEach(({ acceleratorIds, acceleratorMilli, cpuMilli, memoryBytes }, i) => {
          const made = offerOf({
            leaseId: leaseIdOf(i),
            acceleratorIds,
            acceleratorMilli,
            work: workOf({ cpuMilli, memoryBytes }),
          });
          if (!refusal(made, live, inventory)) live.push(accept(made, 'b', 0));
        });
        const sum = reserved(live);
        expect(sum.cpuMilli).toBeLessThanOrEqual(inventory.host.cpuMilli);
        expect(sum.memoryBytes).toBeLessThanOrEqual(inventory.host.memoryBytes);
        for (const share of cardShares(live).values()) expect(share).toBeLessThanOrEqual(1000);
      }),
    );
  });
});
