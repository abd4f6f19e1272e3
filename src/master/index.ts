export { startMaster, type ListenAddress, type MasterOptions, type RunningMaster } from './start-master.js';
