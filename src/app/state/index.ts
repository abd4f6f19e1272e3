/** `.lavaflow/` in a lab's directory: what lavaflow stores on this machine. */
export { readCache, writeCache } from './cache-file.js';
export {
  expectOwnState,
  makeStateDirectory,
  openToJobs,
  placeOf,
  templateCacheOf,
  type LabPlace,
  type StateDirectory,
} from './state-directory.js';
export { readEndpoint, removeEndpoint, writeEndpoint, type MasterEndpoint } from './endpoint.js';
