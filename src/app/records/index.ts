/** The records of what was applied to a lab's masters: open, show and copy them. */
export { copyRecords, type CopiedRecords } from './copy-records.js';
export type { LockWait } from '../../reconcile/index.js';
export { openRecords, type OpenRecords } from './open-records.js';
export { showRecords, type RecordSummary } from './show-records.js';
