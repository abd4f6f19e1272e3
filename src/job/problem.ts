/** Something that is wrong with a job definition or with a device configuration. */
export interface JobProblem {
  /** The keys and list indexes that lead to it. */
  readonly at: readonly (string | number)[];
  /** The same as LAVA writes it: `timeouts.job`, `actions[2].boot`; empty for the whole. */
  readonly path: string;
  readonly message: string;
  /** What to do about it, as a sentence. */
  readonly hint?: string;
}

/** A problem at a place, whose path is derived from it. */
export function problemAt(at: readonly (string | number)[], message: string, hint?: string): JobProblem {
  return { at, path: formatPath(at), message, ...(hint === undefined ? {} : { hint }) };
}

/** One line for each problem: `actions[2].boot.method: required key not provided`. */
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
