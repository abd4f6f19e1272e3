/**
 * A client for the API of a LAVA master, stock or embedded: observes the master, applies changes and submits jobs
 * (docs/stock-lava.md).
 */
export { createJobsClient, type JobsClient } from './jobs/jobs-client.js';
export type { JobFailure } from './jobs/failure.js';
export type { DeviceSummary, JobResult, JobSummary, WorkerSummary } from './jobs/values.js';
export { RejectedJob, type RejectionProblem } from './jobs/rejected-job.js';
export type { LogLine } from './jobs/log.js';
export { createMasterTarget, type MasterMemory } from './master-target.js';
export type { KnownMaster } from './session.js';
