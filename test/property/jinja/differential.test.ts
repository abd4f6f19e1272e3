import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareGenerated } from '../../support/jinja-differential.js';
import { Oracle, whyNoOracle } from '../../support/jinja-oracle.js';
import { seed } from '../../support/property-seed.js';

/** LAVAFLOW_DIFFERENTIAL=100000 runs as many cases; `npm run differential` does the same without vitest, and faster. */
const CASES = Number(process.env['LAVAFLOW_DIFFERENTIAL'] ?? 1_000);

const missing = whyNoOracle(false);

describe.skipIf(missing !== null)(
  `differential against CPython's Jinja2 (${missing ?? `seed ${seed}`})`,
  () => {
    let oracle: Oracle;
    beforeAll(() => {
      oracle = new Oracle();
    });
    afterAll(async () => {
      await oracle.close();
    });

    it.each(['expressions', 'templates'] as const)(
      'agrees on %s',
      async (kind) => {
        const result = await compareGenerated([oracle], kind, Math.ceil(CASES / 2), seed);
        process.stderr.write(
          `${result.cases} ${kind}: ${result.disagreements.length} disagree, ${result.declined} declined (seed ${seed})\n`,
        );
        expect(result.disagreements.slice(0, 5)).toEqual([]);
        expect(result.declined / CASES).toBeLessThan(0.05);
      },
      60_000 + CASES * 20,
    );
  },
);
