import { describe, expect, it } from 'vitest';
import type { Check, Verdict } from './check.ts';
import type { Here } from './here.ts';
import { runChecks } from './run.ts';

const here = {} as Here;
const good: Verdict = { level: 'pass', finding: 'cgroup' };
const check = (id: string, look: Check['look'], needs?: string): Check => ({
  id,
  look,
  ...(needs === undefined ? {} : { needs }),
});

describe('checks', () => {
  it('that never end have failed, and hold nobody else up', async () => {
    const never = (): Promise<Verdict> => new Promise(() => {});
    const late: Check = {
      ...check('b', never),
      late: (seconds) => ({ level: 'warn', finding: 'hangs', values: { seconds } }),
    };
    const results = await runChecks([check('a', never), late, check('c', async () => good)], here, 20);
    expect(results).toMatchObject([
      { id: 'a', level: 'fail', finding: 'hangs', values: { seconds: 0.02 } },
      { id: 'b', level: 'warn', finding: 'hangs' },
      { id: 'c', level: 'pass' },
    ]);
  });

  it('that throw have failed with what was thrown', async () => {
    const [result] = await runChecks([check('a', () => Promise.reject(new Error('no such thing')))], here);
    expect(result).toMatchObject({ level: 'fail', finding: 'broken', values: { why: 'no such thing' } });
  });

  it('wait for what they need, and are skipped when that has failed or was skipped', async () => {
    const order: string[] = [];
    const told = (id: string, verdict: Verdict, needs?: string): Check =>
      check(id, async () => (order.push(id), verdict), needs);
    const bad: Verdict = { level: 'fail', finding: 'cgroup_none' };
    const results = await runChecks(
      [
        told('a', { level: 'warn', finding: 'cgroup_v1' }),
        told('b', bad, 'a'),
        told('c', good, 'b'),
        told('d', good, 'c'),
        told('e', good, 'not chosen'),
      ],
      here,
    );
    expect(results.map(({ level }) => level)).toEqual(['warn', 'fail', 'skip', 'skip', 'pass']);
    expect(results[2]).toMatchObject({ finding: 'needs', values: { id: 'b' } });
    expect(order).toEqual(expect.arrayContaining(['a', 'b', 'e']));
    expect(order.indexOf('a')).toBeLessThan(order.indexOf('b'));
  });
});
