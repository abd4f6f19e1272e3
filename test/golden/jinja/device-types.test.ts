import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  compareDeviceTypes,
  JOB_CONTEXTS,
  makeDictionaries,
  readDeviceTypes,
} from '../../support/jinja-device-types.js';
import { Oracle, whyNoOracle } from '../../support/jinja-oracle.js';

/**
 * Every device type that Debian's lava-server installs, byte for byte as CPython's Jinja2 renders it. The expected
 * bytes are made while the test runs; test/integration/jinja has more dictionaries and job contexts.
 */

const missing = whyNoOracle(true);

describe.skipIf(missing !== null)(`device types of Debian (${missing ?? 'lava-server is here'})`, () => {
  let oracle: Oracle;
  beforeAll(() => {
    oracle = new Oracle();
  });
  afterAll(async () => {
    await oracle.close();
  });

  it('render alike through a dictionary', async () => {
    const types = readDeviceTypes();
    const dictionaries = makeDictionaries(types, ['usual']);
    const result = await compareDeviceTypes(oracle, types, dictionaries, JOB_CONTEXTS[0] ?? {});
    expect(result.different).toEqual([]);
    expect(result.rendered).toBeGreaterThan(300);
  }, 60_000);
});
