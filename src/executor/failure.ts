/** LAVA's error types, as its results name them (lava_common, 2023.01). `LAVATimeout` is a test that ran out of time. */
export type ErrorType =
  'Infrastructure' | 'Configuration' | 'Bug' | 'Canceled' | 'Job' | 'Test' | 'LAVATimeout';

/** Why a job, or one attempt of an action, did not succeed. `errorType` decides who is to blame and whether to retry. */
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

/** Whether a retry may help: not for bugs, wrong configuration, cancelling, or a test's timeout with `skip`. */
export function mayRetry(failure: JobFailure): boolean {
  return (
    failure.errorType === 'Infrastructure' || failure.errorType === 'Job' || failure.errorType === 'Test'
  );
}

/** Any thrown value as a failure: what is not a JobFailure is a bug of ours. */
export function toFailure(thrown: unknown): JobFailure {
  if (thrown instanceof JobFailure) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new JobFailure('Bug', message, { cause: thrown });
}

/** One sentence for the log, so that a person knows whom to ask. */
export function adviceFor(errorType: ErrorType): string {
  return advice[errorType];
}

const advice: Readonly<Record<ErrorType, string>> = {
  Infrastructure: 'Infrastructure error: the board or the lab around it failed; tell the lab.',
  Configuration: 'Configuration error: the device is not set up as this job needs it; tell the lab.',
  Bug: 'Bug: the executor itself failed; please report it with this log.',
  Canceled: 'Canceled: the job was asked to stop.',
  Job: 'Job error: what the job asks for cannot be done as written.',
  Test: 'Test error: a test did not run to its end.',
  LAVATimeout: 'Timeout: a test took longer than the job allows.',
};
