/**
 * How much of the longest tests runs. `npm run test:thorough` sets LAVAFLOW_THOROUGH=1 and runs everything. `npm test`
 * runs each contract and each sweep (kill -9 at every moment, every output format of every finding, a flood of lines) on
 * representative cases, and omits what only adds size. `.ci/run` does so as well, with every release of the simulated
 * LAVA (LAVAFLOW_SIMULATED_RELEASES=all): the rest would take longer than a change may wait.
 */
export const isThorough = process.env['LAVAFLOW_THOROUGH'] === '1';

const releases = [
  '2020.05',
  '2020.09',
  '2021.08',
  '2022.01',
  '2022.04',
  '2023.01',
  '2023.08',
  '2024.03',
  '2026.10',
] as const;

const isEveryRelease = isThorough || process.env['LAVAFLOW_SIMULATED_RELEASES'] === 'all';

/** The oldest, the newest, the one that is compared with a stock LAVA, and the first with a file for env-dut. */
const usualReleases: readonly string[] = ['2020.05', '2022.01', '2023.01', '2026.10'];

export const contractReleases: readonly string[] = releases.filter(
  (release) => isEveryRelease || usualReleases.includes(release),
);
