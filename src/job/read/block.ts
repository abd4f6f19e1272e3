import type { BlockCommon, Timeout } from '../definition.js';
import { list, optional, record } from './collections.js';
import { reservedNamespaces } from '../facts.js';
import { reservedName } from '../wording.js';
import type { Place } from './place.js';
import { timeout, durations } from './timeouts.js';
import { anything, text, wholeNumber } from './values.js';

/** Keys that every block of `actions` may have. */
export const commonFields = {
  namespace: optional(namespace),
  timeout: optional(timeout),
  timeouts: optional(record(timeout)),
  connection_timeout: optional(timeout),
  failure_retry: optional(wholeNumber(1)),
  failure_retry_interval: optional(wholeNumber(1)),
  repeat: optional(wholeNumber(1)),
  role: optional(list(text)),
  protocols: optional(anything),
};

interface CommonKeys {
  readonly namespace: string | undefined;
  readonly timeout: Timeout | undefined;
  readonly timeouts: ReadonlyMap<string, Timeout> | undefined;
  readonly connection_timeout: Timeout | undefined;
  readonly failure_retry: number | undefined;
  readonly failure_retry_interval: number | undefined;
  readonly repeat: number | undefined;
}

/** Reads the namespace of a block: any name that is not reserved for LAVA. */
function namespace(value: unknown, place: Place): string | null {
  const name = text(value, place);
  if (name === null) return null;
  if (name === '') return place.report('must not be empty');
  return reservedNamespaces.some((reserved) => reserved === name)
    ? place.report(reservedName.message, reservedName.hint)
    : name;
}

export function toCommon(read: CommonKeys, place: Place): BlockCommon {
  if (read.failure_retry !== undefined && read.repeat !== undefined) {
    place.report('failure_retry and repeat cannot be used together');
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
