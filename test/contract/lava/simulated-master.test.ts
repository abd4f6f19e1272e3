import { describe } from 'vitest';
import { contractReleases } from '../../support/effort.js';
import { startSimulatedTarget } from '../../support/targets/simulated-target.js';
import { describeMasterTarget } from './master-target.contract.js';

describe('the reconciler on a simulated LAVA', () => {
  for (const release of contractReleases) {
    describeMasterTarget(`LAVA ${release}`, () => startSimulatedTarget(release));
  }
});
