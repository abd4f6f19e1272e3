import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compare, renderOurs } from '../../support/jinja-compare.js';
import { expressions, templates } from '../../support/jinja-generator.js';
import { Oracle, whyNoOracle, type OracleCase } from '../../support/jinja-oracle.js';

/** LAVAFLOW_DIFFERENTIAL=100000 runs as many cases; LAVAFLOW_DIFFERENTIAL_SEED repeats a run. */
const CASES = Number(process.env['LAVAFLOW_DIFFERENTIAL'] ?? 1_000);
const SEED = Number(process.env['LAVAFLOW_DIFFERENTIAL_SEED'] ?? Date.now() % 2 ** 31);
const BATCH = 250;

const missing = whyNoOracle(false);

describe.skipIf(missing !== null)(
  `differential against CPython's Jinja2 (${missing ?? `seed ${SEED}`})`,
  () => {
    let oracle: Oracle;
    beforeAll(() => {
      oracle = new Oracle();
    });
    afterAll(async () => {
      await oracle.close();
    });

    async function disagreements(arbitrary: fc.Arbitrary<OracleCase>, count: number, seed: number) {
      const found: unknown[] = [];
      let declined = 0;
      for (let done = 0; done < count; done += BATCH) {
        const cases = fc.sample(arbitrary, { seed: seed + done, numRuns: Math.min(BATCH, count - done) });
        const theirs = await oracle.render(cases);
        cases.forEach((example, index) => {
          const expected = theirs[index];
          if (expected === undefined) throw new Error('an outcome is missing');
          const ours = renderOurs(example);
          const verdict = compare(ours, expected);
          if (verdict === 'declined') declined++;
          if (verdict === 'different') found.push({ templates: example.templates, ours, theirs: expected });
        });
      }
      process.stderr.write(`${count} cases: ${found.length} disagree, ${declined} declined (seed ${seed})\n`);
      return { found, declined };
    }

    it(
      'agrees on expressions',
      async () => {
        const { found, declined } = await disagreements(expressions, Math.ceil(CASES / 2), SEED);
        expect(found.slice(0, 5)).toEqual([]);
        expect(declined / CASES).toBeLessThan(0.05);
      },
      60_000 + CASES * 10,
    );

    it(
      'agrees on templates',
      async () => {
        const { found, declined } = await disagreements(
          templates,
          Math.floor(CASES / 2),
          SEED + 1_000_000_007,
        );
        expect(found.slice(0, 5)).toEqual([]);
        expect(declined / CASES).toBeLessThan(0.05);
      },
      60_000 + CASES * 10,
    );
  },
);
