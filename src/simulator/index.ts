export { type Fault, readFaults } from './faults/fault.js';
export type { Write } from './journal.js';
export { type SimulatedMaster, type SimulatedMasterOptions, startSimulatedMaster } from './start.js';
