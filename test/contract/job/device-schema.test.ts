/** Compares our verdicts on device configurations with LAVA's own schemas; `npm run differential:schemas` compares more. */
import { afterAll, describe, expect, it } from 'vitest';

import { compareDevices } from '../../support/schemas/compare-devices.js';
import { changedConfiguration, seedsOf, stockConfigurations } from '../../support/schemas/device-cases.js';
import { findGenuineSchemas, SchemaOracle } from '../../support/schemas/genuine.js';
import { Random } from '../../support/schemas/random.js';
import { requireOrSkip } from '../../support/real-parts.js';

const seed = Date.now() % 2 ** 31;
requireOrSkip('lava-schemas');

describe.each(findGenuineSchemas().found)('checkDeviceConfiguration and LAVA $release', (genuine) => {
  const oracle = new SchemaOracle(genuine);
  afterAll(() => oracle.close());
  const stock = stockConfigurations(genuine);

  it('accept and reject the same stock device types', async () => {
    const some = stock.filter((_, index) => index % 8 === seed % 8);
    const { disagreements, accepted } = await compareDevices(oracle, genuine.release, some);
    expect(disagreements).toEqual([]);
    expect(accepted).toBeGreaterThan(20);
  });

  it(`accept and reject the same changed configurations (seed ${seed})`, async () => {
    const random = new Random(seed);
    const seeds = seedsOf(stock.slice(0, 100));
    const texts = Array.from({ length: 500 }, () => changedConfiguration(seeds, random));
    const { disagreements, accepted, compared } = await compareDevices(oracle, genuine.release, texts);
    expect(disagreements).toEqual([]);
    expect(accepted).toBeGreaterThan(50);
    expect(compared - accepted).toBeGreaterThan(50);
  });
});
