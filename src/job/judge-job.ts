import type { ReleaseNumber } from '../model/index.js';
import { validateJob } from './common/validate.js';
import type { JobProblem } from './problem.js';
import { dictOf, toProblems } from './schema/index.js';
import { checkSubmittedJob } from './submission/job.js';

export interface JobVerdict {
  /** What LAVA rejects when the job is submitted or validated. */
  readonly problems: readonly JobProblem[];
  /** Keys that LAVA does not know and ignores. `jobs validate --strict` and LAVA's submission page report them. */
  readonly ignored: readonly JobProblem[];
}

/**
 * LAVA's verdict on a job: of the schema of its server, which applies at submission, and of `lava_common`, which `jobs
 * validate` applies. A job that only the second one rejects can be submitted, but fails when it runs.
 *
 * @param job a job from `parsePython`
 * @param extraContextVariables names of context variables that the server accepts besides LAVA's own
 */
export function judgeJob(
  job: unknown,
  release: ReleaseNumber,
  extraContextVariables: readonly string[] = [],
): JobVerdict {
  const problems = withoutRepetition(
    toProblems([
      ...checkSubmittedJob(job, release, extraContextVariables),
      ...validateJob(job, release, false, extraContextVariables),
    ]),
  );
  const known = new Set(problems.map(({ path }) => path));
  const strict = toProblems(validateJob(job, release, true, extraContextVariables));
  const ignored = withoutRepetition(strict).filter(({ path }) => !known.has(path));
  return { problems: inOrder(problems, job), ignored: inOrder(ignored, job) };
}

/** The first problem of each place. */
function withoutRepetition(problems: readonly JobProblem[]): readonly JobProblem[] {
  const places = new Set<string>();
  return problems.filter(({ at }) => {
    const place = JSON.stringify(at);
    if (places.has(place)) return false;
    places.add(place);
    return true;
  });
}

/** Problems in the order of the places in the job. Missing keys come last in their mapping. */
function inOrder(problems: readonly JobProblem[], job: unknown): readonly JobProblem[] {
  const positions = new Map<unknown, ReadonlyMap<string, number>>();
  const placed = problems.map((problem) => ({ problem, indexes: indexesOf(problem.at, job, positions) }));
  placed.sort((a, b) => compareIndexes(a.indexes, b.indexes));
  return placed.map(({ problem }) => problem);
}

function indexesOf(
  at: JobProblem['at'],
  job: unknown,
  positions: Map<unknown, ReadonlyMap<string, number>>,
): readonly number[] {
  let value = job;
  return at.map((step) => {
    if (typeof step === 'number') {
      value = Array.isArray(value) ? value[step] : undefined;
      return step;
    }
    const dict = dictOf(value);
    const known =
      positions.get(value) ??
      new Map(
        [...(dict?.keys() ?? [])].map((key, index) => [typeof key === 'string' ? key : key.text, index]),
      );
    positions.set(value, known);
    value = dict?.get(step);
    return known.get(step) ?? Infinity;
  });
}

function compareIndexes(a: readonly number[], b: readonly number[]): number {
  for (let place = 0; place < Math.min(a.length, b.length); place++) {
    const [first = 0, second = 0] = [a[place], b[place]];
    if (first !== second) return first < second ? -1 : 1;
  }
  return a.length - b.length;
}
