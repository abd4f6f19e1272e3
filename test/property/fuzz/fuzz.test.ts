import { describe, expect, it } from 'vitest';
import { runFixed } from '../../fuzz/campaign.js';
import { targets } from '../../fuzz/targets/index.js';

/** The number of inputs for those that cost more than others; the whole file costs less than 5 s. */
const few = new Map([
  ['job', 20],
  ['lab', 15],
  ['jinja', 100],
  ['device-configuration', 50],
  ['master-jobs', 100],
]);

describe('the fuzzer', () => {
  it.each(targets.filter(({ name }) => name !== 'http').map((target) => [target.name, target] as const))(
    'finds nothing in its first inputs for %s',
    async (name, target) => {
      const findings = await runFixed(target, few.get(name) ?? 300);
      const found = findings.map(({ details, input }) => `${JSON.stringify(input.toString())}: ${details}`);
      expect(found).toEqual([]);
    },
  );
});
