/** Drift on a lab's masters: find it, date it, write it back to a branch of the lab. */
export { warnOfUndated } from './undated.js';
export type { DriftOptions } from './options.js';
export { reportDrift, type FailedDrift } from './report-drift.js';
export type { MasterDrift } from './report-one.js';
export type { DriftBranch } from './write-back.js';
