import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inventory } from '../../test/fakes/agent-core.ts';
import { leaseIdOf, offerOf, workOf } from '../../test/fakes/offer.ts';
import { parseAcceleratorId } from '../../proto/ids.ts';
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
