import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { card, cardId, gib, inventory, org, spec } from '../../test/scheduler/values.ts';
import type { Inventory } from '../../proto/messages.ts';
import { defaultTimes, type Lease } from '../lease/lease.ts';
import { liveLease } from '../pool/offer.ts';
import { freeOf as freeOfLayout, type NodeFree } from './capacity.ts';
import { layoutOf } from './layout.ts';
import { newNode, policyAt } from './node.ts';
import { Telemetry } from './telemetry.ts';

function freeOf(of: Inventory, live: Lease[]): NodeFree {
  return freeOfLayout(layoutOf(of, org), live);
}

function lease(cards: number[], milli = 1000): Lease {
  const record = { acceleratorIds: cards.map((index) => cardId(index)), acceleratorMilli: milli };
  return liveLease(record as never, spec({ cpu_milli: 3000, memory_bytes: gib }), defaultTimes, 0);
}

describe('free capacity', () => {
  it('is the inventory minus the live leases', () => {
    const free = freeOf(inventory(4), [lease([0, 1]), lease([2], 300), lease([2], 300)]);
    expect(free.cards.map(({ freeMilli }) => freeMilli)).toEqual([0, 0, 400, 1000]);
    expect(free.wholeCards).toBe(1);
    expect(free.resources.cpuMilli).toBe(64_000 - 9000);
  });

  it('is no more cards than the owner lends at the same time', () => {
    const lent = inventory(4, { ownerPolicy: { allowOrgs: [], denyOrgs: [], maxCards: 3, hours: '' } });
    expect(freeOf(lent, [])).toMatchObject({ wholeCards: 3, cardsLeft: 3 });
    expect(freeOf(lent, [lease([0]), lease([1], 300), lease([1], 300)])).toMatchObject({
      wholeCards: 1,
      cardsLeft: 1,
    });
    expect(freeOf(inventory(4), [lease([0])])).toMatchObject({ cardsLeft: Number.POSITIVE_INFINITY });
  });

  it('ignores leases of cards that are gone, and shows less than nothing as nothing', () => {
    const free = freeOf(inventory([card(1)]), [lease([0]), lease([1]), lease([1])]);
    expect(free.cards.map(({ freeMilli }) => freeMilli)).toEqual([0]);
  });
});

describe("the owner's hours", () => {
  it('run down from when the node told them', () => {
    const policy = { allowOrgs: [], denyOrgs: [], windowLeftMs: 5000, hours: '' };
    const node = {
      ...newNode({} as never),
      inventory: inventory(1, { ownerPolicy: policy }),
      inventoryAt: 1000,
    };
    expect([1000, 3000, 9000].map((now) => policyAt(node, now)?.windowLeftMs)).toEqual([5000, 3000, 0]);
    expect(policyAt({ ...node, inventory: inventory(1) }, 9000)).toBeUndefined();
  });
});

const reading = (cards: number, now = 5) => ({ cards, now, busyPct: 3 });

describe('telemetry', () => {
  const beat = (changes: object) => ({
    ...{ sample: 1, card: [0], utilizationPct: [50], memoryUsedMib: [-1], temperatureC: [-1], powerW: [70] },
    ...{ hostCpuPct: 0, hostMemoryUsedMib: 0, ...changes },
  });

  it('keeps the newest sample of each card; -1 is not known', () => {
    const telemetry = new Telemetry();
    expect(telemetry).toMatchObject({ isEmpty: true, length: 0 });
    telemetry.take(beat({ card: [] }), reading(2));
    expect(telemetry.isEmpty).toBe(true);
    const first = { utilizationPct: 50, memoryUsedMib: null, temperatureC: null, powerW: 70, busyAt: 5 };
    telemetry.take(beat({}), reading(3));
    expect(telemetry.at(0)).toEqual(first);
    telemetry.take(beat({ card: [2], powerW: [71.5] }), reading(3, 10));
    expect(telemetry).toMatchObject({ isEmpty: false, length: 3 });
    expect([telemetry.at(0), telemetry.at(2)]).toEqual([first, { ...first, powerW: 71.5, busyAt: 10 }]);
    for (const position of [1, 3, -1])
      expect(Object.values(telemetry.at(position))).toEqual([null, null, null, null, null]);
  });

  it('knows when a card was last in use, though only changes are sent', () => {
    const telemetry = new Telemetry();
    const at = (utilization: number, now: number) => {
      telemetry.take(beat({ card: [0], utilizationPct: [utilization] }), reading(1, now));
      return telemetry.at(0);
    };
    expect(at(2, 1).busyAt).toBeNull();
    expect(at(90, 10).busyAt).toBe(10);
    // It was in use all the time until it is said that it is no more.
    expect(at(0, 500).busyAt).toBe(500);
    expect(at(1, 900).busyAt).toBe(500);
    expect(at(-1, 950)).toMatchObject({ utilizationPct: null, busyAt: 500 });
  });

  it('drops positions that are not of the inventory, so that it cannot grow', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 20 }), (cards) => {
        const fill = cards.map(() => 1);
        const all = { utilizationPct: fill, memoryUsedMib: fill, temperatureC: fill, powerW: fill };
        const telemetry = new Telemetry();
        telemetry.take(beat({ card: cards, ...all }), reading(4));
        expect(telemetry.length).toBeLessThanOrEqual(4);
      }),
    );
  });
});
