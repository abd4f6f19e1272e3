/** The records of what was applied to a lab's masters: show and copy them. */
export { copyRecords, type CopiedRecords } from './copy-records.js';
export { describeCanary, type LockWait } from '../../reconcile/index.js';
export { showRecords, type RecordSummary } from './show-records.js';
