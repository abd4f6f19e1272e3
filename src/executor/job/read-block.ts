import { matching, optional, record, refused, wholeNumber, type Problems } from './check.js';
import type { BlockCommon } from './definition.js';
import { durations, timeout, type ReadTimeout } from './read-timeouts.js';

/** Keys every block of `actions` may have. */
export const commonFields = {
  namespace: optional(
    matching(/^(?!(common|docker-test-shell)$)./, 'a name that a job may give a namespace'),
  ),
  timeout: optional(timeout),
  timeouts: optional(record(timeout)),
  connection_timeout: optional(timeout),
  failure_retry: optional(wholeNumber(1)),
  failure_retry_interval: optional(wholeNumber(1)),
  repeat: optional(wholeNumber(1)),
  role: refused('multinode jobs are not run here'),
  protocols: refused('protocols are not run here'),
};

interface CommonKeys {
  readonly namespace: string | undefined;
  readonly timeout: ReadTimeout | undefined;
  readonly timeouts: ReadonlyMap<string, ReadTimeout> | undefined;
  readonly connection_timeout: ReadTimeout | undefined;
  readonly failure_retry: number | undefined;
  readonly failure_retry_interval: number | undefined;
  readonly repeat: number | undefined;
}

export function toCommon(read: CommonKeys, path: string, problems: Problems): BlockCommon {
  if (read.failure_retry !== undefined && read.repeat !== undefined) {
    problems.push(`${path}: failure_retry and repeat cannot be used together`);
  }
  return {
    namespace: read.namespace ?? 'common',
    timeoutMs: read.timeout?.durationMs,
    canSkip: read.timeout?.canSkip ?? false,
    timeoutsMs: durations(read.timeouts),
    connectionTimeoutMs: read.connection_timeout?.durationMs,
    failureRetry: read.failure_retry,
    failureRetryIntervalMs:
      read.failure_retry_interval === undefined ? undefined : read.failure_retry_interval * 1000,
    repeat: read.repeat,
  };
}
