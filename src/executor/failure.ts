import { isDiskFull } from '../host/index.js';
import { blameFor, type ErrorType } from '../job/index.js';

export type { ErrorType } from '../job/index.js';

/** Why a job, or one try of an action, failed. `errorType` determines who is responsible and whether to retry. */
export class JobFailure extends Error {
  override readonly name = 'JobFailure';
  /** Another try would fail in the same way. */
  readonly isFinal: boolean;

  constructor(
    readonly errorType: ErrorType,
    message: string,
    options: ErrorOptions & { readonly isFinal?: boolean } = {},
  ) {
    super(message, options);
    this.isFinal = options.isFinal === true;
  }
}

/** Whether a retry may help: not for a bug, a wrong configuration, a canceled job, or a test's timeout with `skip`. */
export function mayRetry(failure: JobFailure): boolean {
  if (failure.isFinal) return false;
  return (
    failure.errorType === 'Infrastructure' || failure.errorType === 'Job' || failure.errorType === 'Test'
  );
}

/** What stops a job on a worker without space. */
export function diskFull(why: string): JobFailure {
  return new JobFailure('Infrastructure', `disk full on the worker: ${why}`);
}

/** Converts any thrown value to a JobFailure. An unexpected error is a bug of the executor. */
export function toFailure(thrown: unknown): JobFailure {
  if (thrown instanceof JobFailure) return thrown;
  if (isDiskFull(thrown)) return diskFull('a file of the job could not be written');
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new JobFailure('Bug', message, { cause: thrown });
}

/** Whom to ask and what to try, for the log. */
export function adviceFor(errorType: ErrorType): string {
  const blame = blameFor(errorType);
  const cause = blame === undefined ? '' : `, caused by ${blame.culprit}. ${blame.hint}`;
  return errorType === 'Canceled' ? 'The job was canceled.' : `${errorType} error${cause}`;
}
