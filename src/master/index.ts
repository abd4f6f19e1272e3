/**
 * The embedded master: store, API, scheduler and the gateway for workers (docs/master.md). It does not know
 * the lab repo: it receives its configuration as revisions through the API.
 */
export type { ListenAddress } from '../net/index.js';
export { startApi, type ApiOptions, type RunningApi } from './start-api.js';
export { startMaster, type MasterOptions, type RunningMaster } from './start-master.js';
