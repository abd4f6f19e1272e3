/** Runs everything on one machine: the embedded master, the simulated boards, one dispatcher, and the controller. */
export { up, type UpFeedback, type UpOptions } from './up.js';
export type { ControllerStatus } from '../../controller/index.js';
export type { UpSummary } from './summary.js';
