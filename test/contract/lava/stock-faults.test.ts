import { describe } from 'vitest';

import { startStockLava } from '../../support/stock-lava.js';
import { requireOrSkip } from '../../support/real-parts.js';
import { describeFaults } from './faults.contract.js';

describe.skipIf(requireOrSkip('stock-lava'))('stock LAVA', () => {
  // The simulated master covers all the ways to break a read (simulated-faults.test.ts).
  describeFaults('2023.01 that is broken on purpose', startStockLava, {
    oneBrokenRead: true,
    hasServer: true,
  });
});
