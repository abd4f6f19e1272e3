/**
 * The embedded master: store, API, scheduler and the gateway for workers (docs/master.md). It knows nothing of the lab
 * repository; its configuration arrives as revisions through the API.
 */
export { startMaster, type ListenAddress, type MasterOptions, type RunningMaster } from './start-master.js';
