import { defineConfig } from 'vitest/config';

/**
 * Two projects, three files at a time.
 * - unit: values in, values out; no process, no socket outside the test's own, no stock LAVA. Its hooks may import
 *   the whole of `src`, which takes its time beside the other project.
 * - real: processes, sockets, git remotes, QEMU, a stock LAVA. Files that need
 *   the machine's one stock LAVA wait for each other, hence the long time for hooks.
 */
const report = process.env['LAVAFLOW_TEST_REPORT'];

export default defineConfig({
  test: {
    maxWorkers: 3,
    globalSetup: ['test/support/skipped-parts.ts'],
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts', 'test/property/**/*.test.ts', 'test/golden/**/*.test.ts'],
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'real',
          include: ['test/contract/**/*.test.ts', 'test/integration/**/*.test.ts', 'test/e2e/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
