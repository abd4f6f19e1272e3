import { exhaustionOf } from './exhaustion.js';
import { reasonOf } from './reason.js';

/**
 * When a failed external operation can be retried:
 * - `soon`: the failure is transient (a lost connection, 502); back off and retry;
 * - `after-change`: a person must act first (a bad token, no permission, a wrong URL);
 * - `never`: the request itself was rejected and will be rejected again.
 */
export type Retry = 'soon' | 'after-change' | 'never';

/**
 * What a failure is about, where that is known:
 * - `connection`: no response, or one that the service behind it did not write: it is down or not reachable from here;
 * - `access`: it rejected the credentials, or they lack a permission.
 */
export type FailureSubject = 'connection' | 'access';

/**
 * The one error kind of failing I/O: git, HTTP, a process, a file. Loops depend only on `retry`; no code matches on
 * message text. Any other error is a bug and stops the task in which it happens. If its cause is a resource of
 * this machine that is used up, it reports that instead of `why` and `hint`.
 */
export class ExternalError extends Error {
  override readonly name = 'ExternalError';
  /** What was tried, such as `read the dictionary of board-1`. */
  readonly what: string;
  /** On what, e.g. `https://lava.example.com` (never with credentials). */
  readonly where: string;
  readonly why: string;
  readonly retry: Retry;
  readonly hint: string | undefined;
  readonly about: FailureSubject | undefined;

  constructor(parts: {
    what: string;
    where: string;
    why: string;
    retry: Retry;
    hint?: string;
    about?: FailureSubject;
    cause?: unknown;
  }) {
    const { what, where, cause } = parts;
    const exhaustion = exhaustionOf(cause);
    const { why, hint } = exhaustion ?? parts;
    super(`cannot ${what} (${where}): ${hint === undefined ? why : `${why.replace(/\.$/, '')}. ${hint}`}`, {
      cause,
    });
    this.what = what;
    this.where = where;
    this.why = why;
    // Others may release it.
    this.retry = exhaustion === null ? parts.retry : 'soon';
    this.hint = hint;
    this.about = exhaustion === null ? parts.about : undefined;
  }
}

/**
 * The failure of something on this machine, such as a file: a person must act before it works.
 * @param error what the operating system reported
 */
export function localFailure(error: unknown, what: string, where: string): ExternalError {
  return new ExternalError({ what, where, why: reasonOf(error), retry: 'after-change', cause: error });
}

/**
 * A request that cannot be met: a wrong option, a missing file, a refused plan.
 * The command line prints the message and the hint, without a stack, and exits with `exitCode`.
 */
export class UsageError extends Error {
  override readonly name = 'UsageError';

  constructor(
    message: string,
    readonly hint?: string,
    readonly exitCode = 1,
  ) {
    super(message);
  }
}
