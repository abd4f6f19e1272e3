import { defineConfig } from 'vitest/config';
import { FileOrder } from './test/support/file-order.js';
import { otherReleasesOfRun, turnTimeoutMs } from './test/support/stock-lava/releases.js';

/**
 * Four files at a time, because most wait more than they compute. Projects:
 * - unit: values in, values out; no process, no socket outside the test's own, no stock LAVA. Its files share a
 *   worker, and with it what they import: loading `src` for each file costs as much as all of its tests.
 * - real: processes, sockets, git remotes, QEMU, a stock LAVA. Files that need
 *   the machine's one stock LAVA wait for each other, hence the long time for hooks.
 * - lava-RELEASE: the files that need nothing but a stock LAVA, with that release, for each release that the run covers
 *   (LAVAFLOW_LAVA_RELEASES).
 */
const slow = {
  setupFiles: ['test/support/property-seed.ts', 'test/support/file-costs.ts', 'test/support/end-programs.ts'],
  expect: { poll: { timeout: 60_000 } },
  testTimeout: 300_000,
  hookTimeout: 600_000,
};
const onAnyRelease = [
  'test/contract/lava/stock-*.test.ts',
  'test/contract/lava/jobs-client.test.ts',
  'test/integration/reconcile/rendered-stock.test.ts',
  'test/e2e/stock-*.test.ts',
];
const report = process.env['LAVAFLOW_TEST_REPORT'];

export default defineConfig({
  test: {
    maxWorkers: 4,
    sequence: { sequencer: FileOrder },
    globalSetup: [
      'test/support/leftovers.ts',
      'test/support/skipped-parts.ts',
      'test/support/stock-lava/keeper.ts',
    ],
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts', 'test/property/**/*.test.ts', 'test/golden/**/*.test.ts'],
          setupFiles: ['test/support/property-seed.ts', 'test/support/file-costs.ts'],
          isolate: false,
          expect: { poll: { timeout: 30_000 } },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'real',
          include: ['test/contract/**/*.test.ts', 'test/integration/**/*.test.ts', 'test/e2e/**/*.test.ts'],
          ...slow,
        },
      },
      ...otherReleasesOfRun().map((release) => ({
        test: {
          name: `lava-${release}`,
          include: onAnyRelease,
          env: { LAVAFLOW_STOCK_RELEASE: release },
          ...slow,
          // Each of these files first waits until those before it have had their turn with the master.
          hookTimeout: turnTimeoutMs,
        },
      })),
    ],
  },
});
