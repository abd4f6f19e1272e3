import { describe } from 'vitest';

import { startStockLava } from '../../support/stock-lava/start.js';
import { requireOrSkip } from '../../support/real-parts.js';
import { stockRelease } from '../../support/stock-lava/releases.js';
import { describeFaults } from './faults.contract.js';

const isOld = stockRelease.release < '2022.04';
const why = isOld
  ? ' (not covered: before 2022.04 it cannot delete files or tell its own from packaged ones, so requests and counts differ)'
  : '';

describe.skipIf(requireOrSkip('stock-lava') !== null || isOld)(`stock LAVA${why}`, () => {
  // The simulated master covers all the ways to break a read (simulated-faults.test.ts).
  describeFaults(`${stockRelease.release} that is broken on purpose`, startStockLava, {
    oneBrokenRead: true,
    hasServer: true,
  });
});
