/** Jobs, boards and workers of a running master: submit, follow, cancel; list and set health. */
export {
  cancelJob,
  followJob,
  listDevices,
  listWorkers,
  releaseWorker,
  setDeviceHealth,
  showJob,
  submitJob,
  type JobWithResults,
} from './jobs.js';
export { RejectedJob } from '../../lava/index.js';
export type { JobFailure, LogLine } from '../../lava/index.js';
export type { JobFeedback } from './follow.js';
export type { MasterChoice } from './open-jobs.js';
