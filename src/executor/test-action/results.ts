import type { TestResult } from '../../job/index.js';

const results: readonly TestResult[] = ['pass', 'fail', 'skip', 'unknown'];

/** Translates a result that a board printed with the fix-ups of the test. @returns undefined if it is not a result */
export function toResult(given: string, fixups: ReadonlyMap<string, TestResult>): TestResult | undefined {
  const fixed = fixups.get(given) ?? given;
  return results.find((result) => result === fixed);
}

/** LAVA's names for results in test definitions without their own fix-ups. */
export const defaultFixups: ReadonlyMap<string, TestResult> = new Map([
  ['PASS', 'pass'],
  ['FAIL', 'fail'],
  ['SKIP', 'skip'],
  ['UNKNOWN', 'unknown'],
]);
