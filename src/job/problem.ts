/** A problem in a job definition or a device configuration. */
export interface JobProblem {
  /** The keys and list indexes that lead to the problem. */
  readonly at: readonly (string | number)[];
  /** The same in LAVA's notation: `timeouts.job`, `actions[2].boot`; empty for the whole document. */
  readonly path: string;
  readonly message: string;
  /**
   * The key that is the problem, in the mapping that `at` leads to without its last step: an unknown key, or a misspelled one
   * that is there instead of a required one.
   */
  readonly key?: string;
  /** How to fix it, as a sentence. */
  readonly hint?: string;
}

/** A problem at a place. Its path is derived from the place. */
export function problemAt(at: readonly (string | number)[], message: string, hint?: string): JobProblem {
  return { at, path: formatPath(at), message, ...(hint === undefined ? {} : { hint }) };
}

/** One line per problem: `actions[2].boot.method: required key not provided`. */
export function formatProblem({ path, message }: Pick<JobProblem, 'path' | 'message'>): string {
  return path === '' ? message : `${path}: ${message}`;
}

function formatPath(at: readonly (string | number)[]): string {
  let path = '';
  for (const step of at) {
    if (typeof step === 'number') path += `[${step}]`;
    else path += path === '' ? step : `.${step}`;
  }
  return path;
}
