import { findPatternError } from '../regex/index.js';
import { findValues } from './find-values.js';
import { problemAt, type JobProblem } from './problem.js';
import type { JobSource } from './source.js';

/** Where a job contains regular expressions. `findValues` explains the paths. */
const places: readonly string[] = [
  'actions.*.boot.prompts',
  'actions.*.boot.prompts.*',
  'actions.*.boot.auto_login.login_prompt',
  'actions.*.boot.auto_login.password_prompt',
  'actions.*.boot.failure_message',
  'actions.*.boot.parameters.shutdown-message',
  'actions.*.test.interactive.*.prompts.*',
  'actions.*.test.interactive.*.script.*.successes.*.message',
  'actions.*.test.interactive.*.script.*.failures.*.message',
  'actions.*.test.monitors.*.start',
  'actions.*.test.monitors.*.end',
  'actions.*.test.monitors.*.pattern',
  'actions.*.test.definitions.*.repository.parse.pattern',
];

const advice = 'Change the pattern: "Patterns" in docs/jobs.md lists what is not supported.';

/**
 * Returns every regular expression of a job that lavaflow's executor cannot run. LAVA reads patterns only when it runs the
 * job: invalid ones fail then, and those that cannot be matched in linear time are valid there.
 */
export function findUnusablePatterns(source: JobSource): JobProblem[] {
  const problems = places.flatMap((path) =>
    findValues(source, path).flatMap(({ at, value }) => {
      const error = typeof value === 'string' ? findPatternError(value) : undefined;
      if (error === undefined) return [];
      return [problemAt(at, `not a supported regular expression: ${error.message}`, error.hint ?? advice)];
    }),
  );
  return problems.toSorted((a, b) => actionOf(a) - actionOf(b));
}

function actionOf({ at }: JobProblem): number {
  return Number(at[1]);
}
