/**
 * A LAVA master through its API, stock LAVA or ours: observes it, applies changes to it, submits jobs
 * (docs/stock-lava.md).
 */
export {
  createJobsClient,
  type DeviceSummary,
  type JobResult,
  type JobsClient,
  type JobSummary,
  type WorkerSummary,
} from './jobs/jobs-client.js';
export type { LogLine } from './jobs/log.js';
export { createMasterTarget } from './master-target.js';
