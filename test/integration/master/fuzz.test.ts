import { expect, test } from 'vitest';
import { runFixed } from '../../fuzz/campaign.js';
import { http } from '../../fuzz/targets/http.js';

test('the fuzzer finds nothing in its first requests', async () => {
  const findings = await runFixed(http, 100);
  const found = findings.map(({ details, input }) => `${JSON.stringify(input.toString())}: ${details}`);
  expect(found).toEqual([]);
});
