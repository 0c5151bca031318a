/** `npm run check`: everything that needs no container engine, under a minute. `npm test` adds the end-to-end tests. */
import { runSteps, type Step } from './steps.ts';

const minuteMs = 60_000;

/** Checks that read the tree, in the order in which a failure is cheapest to hear of; then the tests without engines. */
export const checks: readonly Step[] = [
  { name: 'format', command: ['biome', 'format', '.'], limitMs: minuteMs },
  { name: 'lint', command: ['oxlint'], limitMs: 2 * minuteMs },
  { name: 'types', command: ['tsc', '-p', '.'], limitMs: 2 * minuteMs },
  { name: 'generated code', command: ['node', 'scripts/generate.ts', '--check'], limitMs: 2 * minuteMs },
  { name: 'unused code', command: ['knip'], limitMs: 2 * minuteMs },
  { name: 'build', command: ['node', 'scripts/build.ts'], limitMs: 2 * minuteMs },
  { name: 'package', command: ['publint', '--strict'], limitMs: 2 * minuteMs },
  { name: 'unit', command: ['vitest', 'run', '--project', 'unit'], vitest: true, limitMs: 5 * minuteMs },
  {
    name: 'contract',
    command: ['vitest', 'run', '--project', 'contract'],
    vitest: true,
    limitMs: 10 * minuteMs,
  },
];

if (import.meta.main) await runSteps(checks);
