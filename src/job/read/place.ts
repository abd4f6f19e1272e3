import { problemAt, type JobProblem } from '../problem.js';
import type { JobRules } from '../rules.js';

/** The place of a value in the text, and the list that collects problems. */
export class Place {
  readonly #problems: JobProblem[];

  constructor(
    readonly rules: JobRules,
    /** Whether keys that LAVA does not know are problems. */
    readonly isStrict: boolean,
    problems: JobProblem[],
    readonly at: readonly (string | number)[] = [],
  ) {
    this.#problems = problems;
  }

  /** The number of problems found so far, in all places. */
  get problemCount(): number {
    return this.#problems.length;
  }

  in(...steps: readonly (string | number)[]): Place {
    return new Place(this.rules, this.isStrict, this.#problems, [...this.at, ...steps]);
  }

  /** @returns null: the result of a reader for a value that it cannot read */
  report(message: string, hint?: string): null {
    this.#problems.push(problemAt(this.at, message, hint));
    return null;
  }
}
