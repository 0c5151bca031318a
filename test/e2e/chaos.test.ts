/** A minute of chaos on real engines; `npm run chaos -- --minutes M` is the same for longer. */
import { expect, it } from 'vitest';
import { runChaos } from '../chaos/run.ts';

it('keeps every invariant through a minute of chaos', { timeout: 480_000 }, async () => {
  const told: string[] = [];
  const report = await runChaos({ minutes: 1, seed: 20_261_125, tell: (line) => told.push(line) });
  expect({ violations: report.violations, told: report.violations.length > 0 ? told : [] }).toEqual({
    violations: [],
    told: [],
  });
  expect(report.rounds).toBeGreaterThan(5);
  expect(report.jobs).toBeGreaterThan(10);
  expect(report.leases).toBeGreaterThanOrEqual(report.jobs);
  expect(report.bytes_compared).toBeGreaterThan(5000);
  expect(report.card_seconds_compared).toBeGreaterThan(10);
});
