import { defineConfig } from 'vitest/config';

/** Tests that need container engines. */
const withEngines = ['test/e2e/**/*.test.ts', 'test/engines/**/*.test.ts', 'test/contracts/runtime.test.ts'];
/** Those of them that mostly wait for deadlines. */
const waiting = ['test/e2e/{adopt,cut-off,guard,hostile-tools}.test.ts'];
/** Tests that boot whole systems. */
const withMachines = ['test/install/machines/**/*.test.ts'];

/**
 * Five projects. `unit`: beside the code, no machine touched. `contract`: fakes, processes and sockets of this
 * machine. `e2e`: real container engines, one file at a time, because they share the engines and the two cores.
 * `deadlines`: those that mostly wait, side by side.
 * `install`: clean systems with real systemd; not part of `npm test`, run by `npm run test:install`.
 */
export default defineConfig({
  test: {
    slowTestThreshold: 10_000,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{agent,cli,proto,scheduler}/**/*.test.{ts,tsx}'],
          // Nothing here has state of its own that one file could leave to the next.
          isolate: false,
          maxWorkers: '100%',
        },
      },
      {
        test: {
          name: 'contract',
          include: ['{test,scripts}/**/*.test.{ts,tsx}'],
          exclude: [...withEngines, ...withMachines],
          maxWorkers: '100%',
          testTimeout: 20_000,
          hookTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: withEngines,
          exclude: waiting,
          globalSetup: ['test/engines/global-setup.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: 'deadlines',
          include: waiting,
          globalSetup: ['test/engines/global-setup.ts'],
          maxWorkers: 4,
          sequence: { groupOrder: 2 },
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: 'install',
          include: withMachines,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
          testTimeout: 120_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
