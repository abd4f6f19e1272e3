import { join } from 'node:path';
import { readIfThere, replaceFile, type ProcessIdentity } from '../../host/index.js';

/** The executor of a job, in `executor.json`: written before the executor does anything. */
export interface ExecutorRecord {
  readonly process: ProcessIdentity;
  /** When it was started, by `steadyMs`. */
  readonly startedMs: number;
}

export async function writeExecutor(directory: string, record: ExecutorRecord): Promise<void> {
  await replaceFile(join(directory, 'executor.json'), JSON.stringify(record));
}

/** @returns null if the executor has not been started */
export async function readExecutor(directory: string): Promise<ExecutorRecord | null> {
  const text = await readIfThere(join(directory, 'executor.json'));
  return text === null ? null : (JSON.parse(text) as ExecutorRecord);
}
