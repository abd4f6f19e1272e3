import { describe } from 'vitest';
import { requireOrSkip } from '../../support/real-parts.js';
import { startStockTarget } from '../../support/targets/stock-target.js';
import { describeMasterTarget } from './master-target.contract.js';

describe.skipIf(requireOrSkip('stock-lava'))('the reconciler on stock LAVA', () => {
  describeMasterTarget('stock LAVA 2023.01', startStockTarget);
});
