import { listTestCases } from '../store/jobs/results.js';
import type { Tx } from '../store/open-store.js';

/**
 * Whether the last attempt to power off the board of a job failed. The executor or its watchdog reports it as the result
 * `lava/power-off` (docs/jobs.md).
 */
export async function isLeftOn(tx: Tx, jobId: number): Promise<boolean> {
  const { items } = await listTestCases(tx, { jobId, suite: 'lava', name: 'power-off' });
  return items.at(-1)?.result === 'fail';
}
