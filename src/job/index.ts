/**
 * The one reader of LAVA's job definitions, rendered device configurations and worker environments. The lab uses it for
 * health checks, the master to accept jobs, and the dispatcher and the executor to run them. It accepts text and returns
 * values or problems, with the paths that LAVA uses.
 * `executor/supported` decides what our own executor cannot run.
 */
export type * from './definition.js';
export { checkDeviceConfiguration } from './device/check-device.js';
export { wordsOf } from './device/command-words.js';
export { DeviceChecker, type DeviceVerdict } from './device/device-checker.js';
export { readDeviceConfiguration, type DeviceConfiguration } from './device/configuration.js';
export { blameFor, errorTypes, type Blame, type ErrorType } from './error-type.js';
export { findValues } from './find-values.js';
export { judgeJob, type JobVerdict } from './judge-job.js';
export { formatProblem, problemAt, type JobProblem } from './problem.js';
export { readJob, type ReadJob } from './read-job.js';
export { dictOf, valueAt } from './schema/index.js';
export { isReservedSuite, reservedSuite } from './reserved-suite.js';
export { jobResultIn } from './result-line.js';
export type { JobReader } from './rules.js';
export { isMultinode, type JobSource } from './source.js';
export { formatStage, noStage, parseStage, reserveFile, stageFile, type Stage } from './stage.js';
export { findUnusablePatterns } from './unusable-patterns.js';
export {
  isVariableName,
  isVariableValue,
  readEnvironment,
  readOverrides,
  type ReadEnvironment,
  type WorkerEnvironment,
} from './worker/environment.js';
export {
  readWorkerSettings,
  type JobLimits,
  type ReadWorkerSettings,
  type WorkerSettings,
} from './worker/settings.js';
