import type { CanaryResult } from '../../model/index.js';

/** Describes what happened to the device that got a change first. */
export function describeCanary({ device, job, outcome, reason }: CanaryResult): string {
  const judge = job === null ? '' : ` (health check ${job})`;
  return outcome === 'kept'
    ? `canary ${device} is healthy with the change${judge}`
    : `${device}: ${outcome}: ${reason ?? ''}`;
}
