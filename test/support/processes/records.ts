import { openRecordRefs } from '../../../src/git/index.js';
import type { RecordStore } from '../../../src/reconcile/index.js';
import { openRecordStore } from '../../../src/records/index.js';

/** Where records are stored, in a form that can be passed to another process. */
export type RecordsAddress =
  | { readonly file: string }
  | { readonly lab: string; readonly remote: string; readonly workDirectory: string };

/** How long locks last; each store uses the options that it supports. */
export interface RecordsTimes {
  readonly ttlMs: number;
  readonly renewMs: number;
  readonly pollMs: number;
  readonly clockSkewMs: number;
}

export const patientTimes: RecordsTimes = { ttlMs: 60_000, renewMs: 15_000, pollMs: 5, clockSkewMs: 60_000 };

/** Reading a ref starts several processes; polling without a pause would occupy a whole processor. */
const refPollMs = 100;

export function openRecords(address: RecordsAddress, lockTimes: RecordsTimes = patientTimes): RecordStore {
  return 'file' in address
    ? openRecordStore(address.file, { lockTimes })
    : openRecordRefs({
        ...address,
        lockTimes: { ...lockTimes, pollMs: Math.max(lockTimes.pollMs, refPollMs) },
      });
}
