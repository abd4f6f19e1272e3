/** A lab connected to one of its masters and to its records: what planning, applying and reporting drift need. */
export { beginAhead, type MasterAhead } from './ahead.js';
export { lookAhead, lookAheadLocked, type LockedAhead } from './look-ahead.js';
export { openRecords, type OpenRecords } from './open-records.js';
export { planRequest, type MasterRequest } from './plan-request.js';
export { openVerifier } from './verify-revision.js';
