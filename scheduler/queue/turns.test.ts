import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseOrg } from '../../proto/ids.ts';
import { createTurns } from './turns.ts';

const orgs = ['a', 'b', 'c'].map(parseOrg);
const longest = 50;

describe('turns', () => {
  it('go round by weight among those that always wait, within a job of each', () => {
    const work = fc.integer({ min: 1, max: longest });
    fc.assert(
      fc.property(fc.array(work, { minLength: 30, maxLength: 300 }), (works) => {
        const turns = createTurns(1);
        const weights = [1, 2, 4];
        const got = [0, 0, 0];
        for (const one of works) {
          const next = orgs.reduce((best, org) => (turns.tag(org) < turns.tag(best) ? org : best));
          const i = orgs.indexOf(next);
          got[i] = (got[i] ?? 0) + one;
          turns.granted(next, one, weights[i] ?? 1, 'turn');
        }
        const served = got.map((sum, i) => sum / (weights[i] ?? 1));
        for (const [i, mine] of served.entries())
          for (const [k, theirs] of served.entries())
            expect(mine - theirs).toBeLessThanOrEqual(
              longest / (weights[i] ?? 1) + longest / (weights[k] ?? 1),
            );
      }),
    );
  });

  it('keep what is granted in proportion to what is granted in turn', () => {
    const step = fc.record({ work: fc.integer({ min: 1, max: longest }), passes: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), fc.constantFrom(0.05, 0.1, 0.5), (steps, part) => {
        const turns = createTurns(part);
        const [org = parseOrg('a')] = orgs;
        const slack = 100;
        for (const { work, passes } of steps) {
          const lane = turns.lane();
          if (lane === 'share') turns.granted(org, work, 1, 'share');
          else if (!passes) turns.granted(org, work, 1, 'turn');
          else if (turns.mayPass(work, longest, slack)) turns.granted(org, work, 1, 'share');
          const { all, turns: inTurn } = turns.totals();
          expect(all).toBeLessThanOrEqual((inTurn + longest) / part + Math.max(slack, longest));
          expect(inTurn).toBeLessThanOrEqual(part * all + longest);
        }
      }),
    );
  });

  it('take back what came to nothing, and are off at part 0', () => {
    const turns = createTurns(0.1);
    const [org = parseOrg('a')] = orgs;
    turns.granted(org, 10, 1, 'turn');
    turns.returned(10, 'turn');
    expect(turns.totals()).toEqual({ all: 0, turns: 0 });
    expect(createTurns(0).lane()).toBe('share');
  });
});
