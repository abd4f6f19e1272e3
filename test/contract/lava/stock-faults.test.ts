import { describe } from 'vitest';

import { startStockLava } from '../../support/stock-lava/start.js';
import { requireOrSkip } from '../../support/real-parts.js';
import { stockRelease } from '../../support/stock-lava/releases.js';
import { describeFaults } from './faults.contract.js';

// Before 2022.04, LAVA cannot delete files or tell its own from packaged ones: other requests, and other counts.
const isOld = stockRelease.release < '2022.04';

describe.skipIf(requireOrSkip('stock-lava') !== null || isOld)('stock LAVA', () => {
  // The simulated master covers all the ways to break a read (simulated-faults.test.ts).
  describeFaults(`${stockRelease.release} that is broken on purpose`, startStockLava, {
    oneBrokenRead: true,
    hasServer: true,
  });
});
