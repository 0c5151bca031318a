import { defineConfig } from 'vitest/config';

const product = ['agent', 'cli', 'proto', 'scheduler'];

/**
 * Three projects. `unit`: beside the code, no machine touched. `contract`: fakes, processes and sockets of this
 * machine. `e2e`: real container engines, one file at a time, because they share the engines and the two cores.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: product.map((folder) => `${folder}/**/*.test.{ts,tsx}`),
        },
      },
      {
        test: {
          name: 'contract',
          include: ['test/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/engines/**', 'test/contracts/runtime.test.ts'],
          testTimeout: 20_000,
          hookTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts', 'test/engines/**/*.test.ts', 'test/contracts/runtime.test.ts'],
          globalSetup: ['test/engines/global-setup.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
