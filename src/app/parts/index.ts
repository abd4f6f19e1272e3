/** The parts of lavaflow that run for long, each alone in its process: what they have in common, and the runtime's. */
export { runDispatcher, type DispatcherRun } from './dispatcher.js';
export { openLog } from './log.js';
export { runMaster, runMasterApi, type MasterApiRun, type MasterRun } from './master.js';
export type { PartMessage, RunningPart } from './part.js';
