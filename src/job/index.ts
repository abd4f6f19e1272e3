/**
 * LAVA's job definitions, rendered device configurations and environments of workers, read once for everybody: a lab
 * that has health checks, a master that accepts jobs, a dispatcher and an executor that run them. Text in; values or
 * problems out, with the paths that LAVA uses.
 * What our own executor cannot run is not decided here (see `executor/supported`).
 */
export type * from './definition.js';
export { checkDeviceConfiguration } from './device/check-device.js';
export { readDeviceConfiguration, type DeviceConfiguration } from './device/configuration.js';
export { formatProblem, type JobProblem } from './problem.js';
export { readJob, type ReadJob } from './read-job.js';
export type { JobReader } from './rules.js';
export { isMultinode, type JobSource } from './source.js';
export {
  readEnvironment,
  readOverrides,
  type ReadEnvironment,
  type WorkerEnvironment,
} from './worker/environment.js';
