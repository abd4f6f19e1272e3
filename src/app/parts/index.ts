/** Long-running parts of lavaflow, one per process: what they have in common, and the parts of the runtime. */
export { runDispatcher, type DispatcherRun } from './dispatcher.js';
export { openLog } from './log.js';
export { runMaster, runMasterApi, type MasterApiRun, type MasterRun } from './master.js';
export type { PartMessage, RunningPart } from './part.js';
