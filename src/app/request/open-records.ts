import { join } from 'node:path';

import { UsageError } from '../../diagnostics/index.js';
import { openDriftRefs, openRecordRefs } from '../../git/index.js';
import type { DriftMemory, RecordStore } from '../../reconcile/index.js';
import { openDriftMemory, openRecordStore } from '../../records/index.js';
import type { LabPlace } from '../state/index.js';

/** Long enough for the lock of a dead process on another machine to expire. */
const remoteLockWaitMs = 240_000;

export interface OpenRecords {
  readonly records: RecordStore;
  readonly drift: DriftMemory;
  /** How long to wait for the lock of a record, if not the default time. */
  readonly lockWaitMs?: number;
}

/**
 * Opens the records of a lab.
 * @param where `file`, or `git:REMOTE` with a name or URL
 * @throws UsageError for anything else
 */
export function openRecords(place: LabPlace, where: string): OpenRecords {
  if (where === 'file') {
    const { records } = place.state;
    return { records: openRecordStore(records), drift: openDriftMemory(records) };
  }
  const [, remote = ''] = /^git:(.+)$/s.exec(where) ?? [];
  if (remote === '') {
    throw new UsageError(`--records ${where} is not a valid place`, 'Specify file, git:origin or git:URL.');
  }
  const workDirectory = join(place.state.root, 'record-refs');
  const options = { lab: place.directory, remote, workDirectory };
  return {
    records: openRecordRefs(options),
    drift: openDriftRefs(options),
    lockWaitMs: remoteLockWaitMs,
  };
}
