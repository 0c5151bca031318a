/** `npm test`: the checks of `npm run check`, then the end-to-end tests on real container engines. */
import { checks } from './check.ts';
import { runSteps } from './steps.ts';

await runSteps([
  ...checks,
  {
    name: 'e2e',
    command: ['vitest', 'run', '--project', 'e2e', '--project', 'deadlines'],
    vitest: true,
    live: true,
    limitMs: 25 * 60_000,
  },
]);
