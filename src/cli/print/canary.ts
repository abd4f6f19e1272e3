import type { CanaryResult } from '../../model/index.js';

/** What became of the device that tried a change first. */
export function describeCanary({ device, job, outcome, reason }: CanaryResult): string {
  const judge = job === null ? '' : ` (health check ${job})`;
  return outcome === 'kept'
    ? `${device} tried it first, and is well${judge}`
    : `${device}: ${outcome}: ${reason ?? ''}`;
}
