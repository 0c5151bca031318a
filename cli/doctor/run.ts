/**
 * Runs checks side by side, each at most three seconds: one that takes longer, or throws, has failed, and the others do not
 * notice. What it left behind is abandoned, not waited for.
 */
import type { Check, Result, Verdict } from './check.ts';
import type { Here } from './here.ts';

/** Longest that one check may take. */
const capMs = 3_000;

/** `look` within the cap; never rejects. */
async function within(look: Promise<Verdict>, late: () => Verdict, limitMs: number): Promise<Verdict> {
  const { promise, resolve } = Promise.withResolvers<Verdict>();
  const timer = setTimeout(() => resolve(late()), limitMs);
  const broken = (error: unknown): Verdict => ({
    level: 'fail',
    finding: 'broken',
    values: { why: error instanceof Error ? error.message : String(error) },
  });
  void look.catch(broken).then(resolve);
  return promise.finally(() => clearTimeout(timer));
}

/** Runs every check of `checks`; results in their order. */
export async function runChecks(checks: readonly Check[], here: Here, limitMs = capMs): Promise<Result[]> {
  const running = new Map<string, Promise<Result>>();
  const seconds = limitMs / 1000;
  const hangs = (): Verdict => ({ level: 'fail', finding: 'hangs', values: { seconds } });
  const run = async ({ id, needs, look, late }: Check): Promise<Result> => {
    const first = needs === undefined ? undefined : await running.get(needs);
    if (needs !== undefined && (first?.level === 'fail' || first?.level === 'skip'))
      return { id, durationMs: 0, level: 'skip', finding: 'needs', values: { id: needs } };
    const startedAt = performance.now();
    const verdict = await within(look(here), late ? () => late(seconds) : hangs, limitMs);
    return { id, durationMs: Math.round(performance.now() - startedAt), ...verdict };
  };
  // A check stands after what it needs, so that is running already.
  for (const check of checks) running.set(check.id, run(check));
  return Promise.all(running.values());
}
