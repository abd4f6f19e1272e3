import type { TestResult } from '../../job/index.js';

const results: readonly TestResult[] = ['pass', 'fail', 'skip', 'unknown'];

/** A result as a board printed it, through the fix-ups of the test; undefined when it is none. */
export function toResult(given: string, fixups: ReadonlyMap<string, TestResult>): TestResult | undefined {
  const fixed = fixups.get(given) ?? given;
  return results.find((result) => result === fixed);
}

/** LAVA's words for results in test definitions that bring no fix-ups of their own. */
export const defaultFixups: ReadonlyMap<string, TestResult> = new Map([
  ['PASS', 'pass'],
  ['FAIL', 'fail'],
  ['SKIP', 'skip'],
  ['UNKNOWN', 'unknown'],
]);
