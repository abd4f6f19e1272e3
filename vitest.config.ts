import { defineConfig } from 'vitest/config';

/**
 * Two projects.
 * - unit: values in, values out; no process, no socket outside the test's own, no stock LAVA. Part of `npm run check`.
 * - real: processes, sockets, git remotes, QEMU, a stock LAVA. One file at a time: a machine has only one stock LAVA.
 */
const report = process.env['LAVAFLOW_TEST_REPORT'];

export default defineConfig({
  test: {
    globalSetup: ['test/support/skipped-parts.ts'],
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts', 'test/property/**/*.test.ts', 'test/golden/**/*.test.ts'],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'real',
          include: ['test/contract/**/*.test.ts', 'test/integration/**/*.test.ts', 'test/e2e/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
