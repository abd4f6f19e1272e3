import { describe } from 'vitest';
import { startSimulatedTarget } from '../../support/targets/simulated-target.js';
import { describeMasterTarget } from './master-target.contract.js';

describe('the reconciler on a simulated LAVA', () => {
  for (const release of [
    '2020.05',
    '2020.09',
    '2021.08',
    '2022.01',
    '2022.04',
    '2023.01',
    '2023.08',
    '2024.03',
    '2026.07',
  ]) {
    describeMasterTarget(`LAVA ${release}`, () => startSimulatedTarget(release));
  }
});
