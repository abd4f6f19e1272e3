import { problemsOf, summaryOf, type ReconcileResult } from '../../app/apply/index.js';
import { printable } from '../../diagnostics/index.js';
import { formatPlanText } from '../../plan/index.js';

/**
 * Describes an apply for people: each change and its outcome, then the reasons for what was not done.
 * @param secrets masked in a plan that was refused
 */
export function describeResult(result: ReconcileResult, secrets: readonly string[]): string {
  const { plan, outcomes } = result;
  const lines = outcomes.map(
    ({ key, verb, status }) => `${status === 'done' ? 'done' : status.padEnd(4)} ${verb} ${key}`,
  );
  if (result.refused?.kind === 'unsafe')
    lines.push(formatPlanText(plan, { color: false, diffs: false, secrets }));
  // Text from a master cannot break out of its line.
  lines.push(...problemsOf(result).map(printable), summaryOf(result));
  return lines.join('\n');
}
