import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { org, spec } from '../../test/scheduler/values.ts';
import { requirementOf } from '../placement/requirement.ts';
import { Queue, goesBefore, type Waiting } from './queue.ts';

const need = requirementOf(spec(), org);
const rest = { user: 'u', work: 1, size: 1 };

describe('the queue', () => {
  it('serves each shape by priority, then age, through adds, removals and returns', () => {
    const job = fc.record({ priority: fc.integer({ min: 0, max: 2 }), shape: fc.constantFrom('a', 'b') });
    fc.assert(
      fc.property(fc.array(job, { maxLength: 12 }), fc.array(fc.nat({ max: 11 })), (specs, toggles) => {
        const queue = new Queue<Waiting & { shape: string }>();
        const jobs = specs.map((one, number) => ({ ...one, ...rest, number }));
        const waiting = new Set(jobs);
        for (const one of jobs) queue.add(one, one.shape, need);
        for (const i of toggles) {
          const one = jobs[i];
          if (!one) continue;
          if (waiting.delete(one)) {
            queue.remove(one);
          } else {
            waiting.add(one);
            queue.add(one, one.shape, need);
          }
        }
        expect(queue.size).toBe(waiting.size);
        const heads = new Map([...queue.shapes()].map((shape) => [shape.key, shape.head()]));
        for (const key of ['a', 'b']) {
          const best = [...waiting]
            .filter(({ shape }) => shape === key)
            .sort((x, y) => (goesBefore(x, y) ? -1 : 1))[0];
          expect(heads.get(key)).toBe(best);
        }
      }),
    );
  });

  it('keeps a job that comes back with other needs in its new shape alone', () => {
    const queue = new Queue();
    const [one, other] = [1, 2].map((number) => ({ ...rest, number, priority: 0 }));
    if (!one || !other) throw new Error('no jobs');
    for (const job of [one, other]) queue.add(job, 'a', need);
    queue.remove(one);
    queue.add(one, 'b', need);
    const heads = new Map([...queue.shapes()].map((shape) => [shape.key, shape.head()]));
    expect([queue.size, heads]).toEqual([
      2,
      new Map([
        ['a', other],
        ['b', one],
      ]),
    ]);
  });

  it('forgets a shape with its last job, and with it that it was blocked', () => {
    const queue = new Queue();
    const one = { ...rest, number: 1, priority: 0 };
    queue.add(one, 'a', need).blocked = true;
    expect(queue.add({ ...rest, number: 2, priority: 0 }, 'a', need).blocked).toBe(true);
    for (const shape of queue.shapes()) while (shape.head()) queue.remove(shape.head() ?? one);
    expect([...queue.shapes()]).toEqual([]);
    expect(queue.add(one, 'a', need).blocked).toBe(false);
  });

  it('forgets it also when nobody has looked since the last job left', () => {
    const queue = new Queue();
    const one = { ...rest, number: 1, priority: 0 };
    queue.add(one, 'a', need).blocked = true;
    queue.remove(one);
    expect(queue.add({ ...rest, number: 2, priority: 0 }, 'a', need).blocked).toBe(false);
  });
});
