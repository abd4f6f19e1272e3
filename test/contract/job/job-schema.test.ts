/**
 * Compares the jobs that LAVA accepts, both at submission and in `jobs validate`, with those that our reader accepts; `npm
 * run differential:schemas` compares more.
 */
import { afterAll, describe, expect, it } from 'vitest';

import { compareJobs } from '../../support/schemas/compare-jobs.js';
import { findGenuineSchemas, SchemaOracle } from '../../support/schemas/genuine.js';
import { anyJob } from '../../support/schemas/job-cases.js';
import { Random } from '../../support/schemas/random.js';
import { requireOrSkip } from '../../support/real-parts.js';

const seed = Date.now() % 2 ** 31;
requireOrSkip('lava-schemas');

describe.each(findGenuineSchemas().found)('the job reader and LAVA $release', (genuine) => {
  const oracle = new SchemaOracle(genuine);
  afterAll(() => oracle.close());

  it.each([
    ['', false],
    [' with --strict', true],
  ])(`accept the same jobs%s (seed ${seed})`, async (_, isStrict) => {
    const random = new Random(seed);
    const texts = Array.from({ length: 400 }, () => anyJob(random));
    const { disagreements, accepted } = await compareJobs(oracle, genuine.release, texts, isStrict);
    expect(disagreements).toEqual([]);
    expect(accepted).toBeGreaterThan(2);
  });
});
