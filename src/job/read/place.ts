import { problemAt, type JobProblem } from '../problem.js';
import type { JobRules } from '../rules.js';

/** A value's place in the text that is read, and where problems with it are collected. */
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

  /** How many problems there are so far, anywhere. */
  get problemCount(): number {
    return this.#problems.length;
  }

  in(...steps: readonly (string | number)[]): Place {
    return new Place(this.rules, this.isStrict, this.#problems, [...this.at, ...steps]);
  }

  /** @returns null, which is what a reader returns for a value that it cannot read */
  report(message: string, hint?: string): null {
    this.#problems.push(problemAt(this.at, message, hint));
    return null;
  }
}
