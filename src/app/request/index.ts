/** A lab connected to one of its masters and to its records: what planning, applying and reporting drift need. */
export { lookAhead, lookAheadLocked, type LockedAhead, type MasterAhead } from './look-ahead.js';
export { openRecords, type OpenRecords } from './open-records.js';
export { planRequest, type MasterRequest } from './plan-request.js';
