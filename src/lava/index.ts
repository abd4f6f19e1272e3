/**
 * A LAVA master through its API, stock LAVA or ours: observes it, applies changes to it, submits jobs
 * (docs/stock-lava.md).
 */
export { createJobsClient, type JobsClient } from './jobs/jobs-client.js';
export type { DeviceSummary, JobResult, JobSummary, WorkerSummary } from './jobs/values.js';
export type { LogLine } from './jobs/log.js';
export { createMasterTarget } from './master-target.js';
