import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  compareDeviceTypes,
  JOB_CONTEXTS,
  makeDictionaries,
  readDeviceTypes,
  type DictionaryKind,
} from '../../support/jinja-device-types.js';
import { Oracle, whyNoOracle } from '../../support/jinja-oracle.js';

const missing = whyNoOracle(true);
const KINDS: readonly DictionaryKind[] = ['minimal', 'usual', 'texts', 'lists', 'numbers', 'blocks'];
const CASES = JOB_CONTEXTS.flatMap((context, index) => KINDS.map((kind) => ({ kind, index, context })));

describe.skipIf(missing !== null)(`all device types of Debian (${missing ?? 'lava-server is here'})`, () => {
  let oracle: Oracle;
  beforeAll(() => {
    oracle = new Oracle();
  });
  afterAll(async () => {
    await oracle.close();
  });

  it.each(CASES)(
    'render alike through $kind dictionaries in job context $index',
    async ({ kind, context }) => {
      const types = readDeviceTypes();
      const result = await compareDeviceTypes(oracle, types, makeDictionaries(types, [kind]), context);
      expect(result.different).toEqual([]);
      expect(result.compared).toBe(types.size);
    },
  );
});
