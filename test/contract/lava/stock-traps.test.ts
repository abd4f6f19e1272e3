import { describe } from 'vitest';
import { requireOrSkip } from '../../support/real-parts.js';
import { stockRelease } from '../../support/stock-lava/releases.js';
import { startStockTarget } from '../../support/targets/stock-target.js';
import { describeApi } from './api.contract.js';
import { describeHalfCreated } from './half-created.contract.js';
import { describeTraps } from './traps.contract.js';

describe.skipIf(requireOrSkip('stock-lava'))(`stock LAVA ${stockRelease.release}`, () => {
  describeTraps('traps of stock LAVA', startStockTarget);
  describeHalfCreated('objects that cannot be created completely', startStockTarget);
  describeApi('the API of stock LAVA', startStockTarget);
});
