import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type IdleRules, type IdleWarning, judgeIdle } from './idle.ts';

const rules: IdleRules = { belowPct: 3, afterMs: 1000, noticeMs: 300 };
const sight = (now: number, busyAt: number | undefined, isWanted = true) => ({ now, busyAt, isWanted });

describe('a lease whose cards idle', () => {
  it('is warned, and ends when others have waited long enough since', () => {
    expect(judgeIdle(rules, undefined, sight(999, 0))).toEqual({ kind: 'busy' });
    const warned = judgeIdle(rules, undefined, sight(1000, 0, false));
    expect(warned).toEqual({ kind: 'warned', warning: { warnedAt: 1000, wantedAt: undefined } });
    const [warning] = warned.kind === 'warned' ? [warned.warning] : [];
    const wanted = { warnedAt: 1000, wantedAt: 1500 };
    expect(judgeIdle(rules, warning, sight(1500, 0))).toEqual({ kind: 'warned', warning: wanted });
    expect(judgeIdle(rules, wanted, sight(1799, 0)).kind).toBe('warned');
    expect(judgeIdle(rules, wanted, sight(1800, 0))).toEqual({ kind: 'reclaimed', idleMs: 1800 });
  });

  it('begins anew with any use, and the notice with any time in which nobody waits', () => {
    const wanted = { warnedAt: 1000, wantedAt: 1500 };
    expect(judgeIdle(rules, wanted, sight(1800, 1790)).kind).toBe('busy');
    expect(judgeIdle(rules, wanted, sight(2900, 1790))).toEqual({
      ...{ kind: 'warned', warning: { warnedAt: 2900, wantedAt: 2900 } },
    });
    expect(judgeIdle(rules, wanted, sight(1800, 0, false))).toEqual({
      ...{ kind: 'warned', warning: { warnedAt: 1000, wantedAt: undefined } },
    });
  });

  it('never is one of which nothing is known, nor any when the operator does not want it', () => {
    expect(judgeIdle(rules, undefined, sight(1e9, undefined)).kind).toBe('busy');
    expect(judgeIdle({ ...rules, afterMs: 0 }, undefined, sight(1e9, 0)).kind).toBe('busy');
  });

  it('ends only after afterMs without use, a warning, and noticeMs in which others waited', () => {
    const look = fc.record({
      pass: fc.integer({ min: 1, max: 400 }),
      use: fc.constantFrom(false, false, false, true),
      isKnown: fc.constantFrom(true, true, true, false),
      isWanted: fc.boolean(),
    });
    let ended = 0;
    fc.assert(
      fc.property(fc.array(look, { maxLength: 60, size: 'max' }), (looks) => {
        let [now, busyAt, wantedFor] = [0, 0, 0];
        let warning: IdleWarning | undefined;
        let wasWanted = false;
        for (const { pass, use, isKnown, isWanted } of looks) {
          now += pass;
          if (use) busyAt = now;
          wantedFor = isWanted && wasWanted && !use && isKnown && warning ? wantedFor + pass : 0;
          wasWanted = isWanted;
          const verdict = judgeIdle(rules, warning, sight(now, isKnown ? busyAt : undefined, isWanted));
          if (verdict.kind === 'reclaimed') {
            ended += 1;
            expect(now - busyAt).toBeGreaterThanOrEqual(rules.afterMs + rules.noticeMs);
            expect(wantedFor).toBeGreaterThanOrEqual(rules.noticeMs);
            return;
          }
          warning = verdict.kind === 'warned' ? verdict.warning : undefined;
          if (verdict.kind === 'warned') expect(now - busyAt).toBeGreaterThanOrEqual(rules.afterMs);
        }
      }),
      { numRuns: 500 },
    );
    expect(ended).toBeGreaterThan(10);
  });
});
