import { describe } from 'vitest';
import { isThorough } from '../../support/effort.js';
import { requireOrSkip } from '../../support/real-parts.js';
import { stockRelease } from '../../support/stock-lava/releases.js';
import { startStockTarget } from '../../support/targets/stock-target.js';
import { describeMasterTarget } from './master-target.contract.js';

describe.skipIf(requireOrSkip('stock-lava'))('the reconciler on stock LAVA', () => {
  describeMasterTarget(`stock LAVA ${stockRelease.release}`, startStockTarget, {
    numRuns: isThorough && stockRelease.root === '' ? 40 : 10,
  });
});
