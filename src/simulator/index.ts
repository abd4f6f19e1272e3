/**
 * A double of a LAVA master that behaves like a given release, including its traps and faults on request
 * (docs/simulated-master.md).
 */
export { type Fault, readFaults } from './faults/fault.js';
export type { Write } from './journal.js';
export { newestRelease } from './release.js';
export { type SimulatedMaster, type SimulatedMasterOptions, startSimulatedMaster } from './start.js';
export { copyOf } from './state/copy.js';
export { stateFromJson, stateToJson } from './state/json.js';
export type { MasterState } from './state/rows.js';
