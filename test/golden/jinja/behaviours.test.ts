import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBehaviours, readLavaFilters } from '../../support/jinja-behaviours.js';
import { Oracle, whyNoOracle } from '../../support/jinja-oracle.js';

const missing = whyNoOracle(false);

describe.skipIf(missing !== null)(
  `the behaviours that our tests expect (${missing ?? 'CPython is here'})`,
  () => {
    let oracle: Oracle;
    beforeAll(() => {
      oracle = new Oracle();
    });
    afterAll(async () => {
      await oracle.close();
    });

    it("are those of CPython's Jinja2 with LAVA's filters", async () => {
      const behaviours = [...readBehaviours(), ...readLavaFilters()];
      const outcomes = await oracle.render(behaviours.map(({ example }) => example));
      const seen = outcomes.map((outcome) =>
        'text' in outcome ? outcome : { error: outcome.error, message: '' },
      );
      expect(seen).toEqual(behaviours.map(({ expected }) => expected));
    });
  },
);
