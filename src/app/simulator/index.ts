/** Runs a simulated LAVA master, new or as a copy of another master. */
export { runSimulatedMaster, type Simulation } from './run-simulated-master.js';
