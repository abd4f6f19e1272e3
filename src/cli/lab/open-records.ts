import { Option, type Command } from 'commander';
import { join } from 'node:path';

import { printable, UsageError } from '../../diagnostics/index.js';
import { openDriftRefs, openRecordRefs } from '../../git/index.js';
import type { DriftMemory, LockWait, RecordStore } from '../../reconcile/index.js';
import { openDriftMemory, openRecordStore } from '../../records/index.js';
import type { LabPlace } from './connect.js';

export interface RecordsOptions {
  readonly records: string;
}

/** `--records PLACE`, for commands that read or write what was applied. */
export function addRecordsOption(command: Command): Command {
  return command.addOption(
    new Option(
      '--records <PLACE>',
      'where it is kept what was applied: file (.lavaflow/records), or git:REMOTE (a name or URL)',
    )
      .env('LAVAFLOW_RECORDS')
      .default('file'),
  );
}

/** Long enough that the lock of a process on another machine, which died, is seen to expire. */
const remoteLockWaitMs = 240_000;

/** Said at once and in a log too: a run that stands still for minutes looks dead. */
export function describeWait({ where, holder, since, until }: LockWait): string {
  return printable(`waiting until ${until} for ${holder}, which is at work since ${since} (${where})`);
}

export interface OpenRecords {
  readonly records: RecordStore;
  readonly drift: DriftMemory;
  /** How long to wait for the lock of a record, when it is not the usual time. */
  readonly lockWaitMs?: number;
}

/** The records of a lab. @throws UsageError when it is no such place */
export function openRecords(place: LabPlace, where: string): OpenRecords {
  if (where === 'file') {
    const { records } = place.state;
    return { records: openRecordStore(records), drift: openDriftMemory(records) };
  }
  const [, remote = ''] = /^git:(.+)$/s.exec(where) ?? [];
  if (remote === '') {
    throw new UsageError(`--records ${where} is no place`, 'give file, or git:origin, or git:URL');
  }
  const workDirectory = join(place.state.root, 'record-refs');
  const options = { lab: place.directory, remote, workDirectory };
  return {
    records: openRecordRefs(options),
    drift: openDriftRefs(options),
    lockWaitMs: remoteLockWaitMs,
  };
}
