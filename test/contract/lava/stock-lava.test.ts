import { describe } from 'vitest';
import { isThorough } from '../../support/effort.js';
import { requireOrSkip } from '../../support/real-parts.js';
import { startStockTarget } from '../../support/targets/stock-target.js';
import { describeMasterTarget } from './master-target.contract.js';

describe.skipIf(requireOrSkip('stock-lava'))('the reconciler on stock LAVA', () => {
  describeMasterTarget('stock LAVA 2023.01', startStockTarget, { numRuns: isThorough ? 40 : 10 });
});
