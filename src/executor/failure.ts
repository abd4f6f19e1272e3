/** LAVA's error types, with the names in its results (lava_common, 2023.01). `LAVATimeout` is a test that timed out. */
export type ErrorType =
  'Infrastructure' | 'Configuration' | 'Bug' | 'Canceled' | 'Job' | 'Test' | 'LAVATimeout';

/** Why a job, or one try of an action, failed. `errorType` determines who is responsible and whether to retry. */
export class JobFailure extends Error {
  override readonly name = 'JobFailure';

  constructor(
    readonly errorType: ErrorType,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Whether a retry may help: not for a bug, a wrong configuration, a canceled job, or a test's timeout with `skip`. */
export function mayRetry(failure: JobFailure): boolean {
  return (
    failure.errorType === 'Infrastructure' || failure.errorType === 'Job' || failure.errorType === 'Test'
  );
}

/** Converts any thrown value to a JobFailure. Any other error is a bug of the executor. */
export function toFailure(thrown: unknown): JobFailure {
  if (thrown instanceof JobFailure) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new JobFailure('Bug', message, { cause: thrown });
}

/** One sentence for the log, so that the reader knows whom to ask. */
export function adviceFor(errorType: ErrorType): string {
  return advice[errorType];
}

const advice: Readonly<Record<ErrorType, string>> = {
  Infrastructure: 'Infrastructure error: the board or its lab failed; contact the lab.',
  Configuration: 'Configuration error: the device is not configured as this job requires; contact the lab.',
  Bug: 'Bug: the executor itself failed; please report it with this log.',
  Canceled: 'Canceled: the job was canceled.',
  Job: 'Job error: the job cannot run as it is written.',
  Test: 'Test error: a test did not finish.',
  LAVATimeout: 'Timeout: a test took longer than the job allows.',
};
