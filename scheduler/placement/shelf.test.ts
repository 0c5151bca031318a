import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { org, spec } from '../../test/scheduler/values.ts';
import { requirementOf } from './requirement.ts';
import { heightOf, leastHeight, Shelf, Shelves } from './shelf.ts';

/** Something on a shelf; without cells it is no more. */
interface Thing {
  born: number;
  cells: { size: number };
}

describe('a shelf', () => {
  it('is never too low for a node that has room', () => {
    const milli = fc.integer({ min: 0, max: 1000 });
    const size = fc.oneof(
      fc.record({ accelerators: fc.constant(1), accelerator_milli: fc.integer({ min: 1, max: 999 }) }),
      fc.record({ accelerators: fc.nat({ max: 100 }), accelerator_milli: fc.constant(1000) }),
    );
    fc.assert(
      fc.property(fc.array(milli, { maxLength: 100 }), size, (cards, ask) => {
        const needs = requirementOf(spec(ask), org);
        const whole = cards.filter((left) => left === 1000).length;
        const isRoom = needs.milli < 1000 ? cards.some((left) => left >= needs.milli) : whole >= needs.cards;
        const height = heightOf(whole, Math.max(0, ...cards));
        if (isRoom) expect(height).toBeGreaterThanOrEqual(leastHeight(needs));
      }),
    );
  });

  it('keeps what is there in order, and finds where the younger begin', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 3 }), { maxLength: 400 }), fc.nat({ max: 400 }), (steps, born) => {
        const shelf = new Shelf<Thing>(0, []);
        let live: Thing[] = [];
        for (const [at, step] of steps.entries()) {
          const [lost] = live.splice(step === 0 ? 0 : live.length, 1);
          if (lost) {
            lost.cells.size = 0;
            shelf.lose();
          } else {
            const thing = { born: at, cells: { size: 1 } };
            live = [...live, thing];
            shelf.add(thing);
          }
        }
        expect(shelf.items.filter(({ cells }) => cells.size > 0)).toEqual(live);
        expect(shelf.items.length).toBeLessThan(2 * live.length + 65);
        const from = shelf.indexOf(born);
        expect(shelf.items.findIndex((one) => one.born >= born)).toBe(
          from === shelf.items.length ? -1 : from,
        );
      }),
    );
  });

  it('is taken away when another is wanted and nothing is on it', () => {
    const shelves = new Shelves<Thing>();
    const empty = shelves.of(3, []);
    const low = shelves.of(1, []);
    expect(shelves.all).toEqual([low]);
    low.add({ born: 0, cells: { size: 1 } });
    expect(shelves.of(1, [])).toBe(low);
    const high = shelves.of(2, []);
    expect(shelves.all).toEqual([low, high]);
    expect(empty.items).toEqual([]);
  });
});
