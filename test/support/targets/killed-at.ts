import type { MemoryRecords, ModelMaster } from './model-master.js';

/** Simulates SIGKILL: everything after it fails too, so that no cleanup runs. */
export class Killed extends Error {}

/**
 * Runs a task whose process is killed at its durable write of this number, on the master or of records (from 1).
 * @returns whether it was killed: false if it made fewer writes. Fails if the task fails.
 */
export async function killedAt(
  write: number,
  { target, records }: { readonly target: ModelMaster; readonly records: MemoryRecords },
  task: () => Promise<unknown>,
): Promise<boolean> {
  let writes = 0;
  const step = () => {
    writes += 1;
    if (writes >= write) throw new Killed();
  };
  target.onWrite = step;
  records.onWrite = step;
  try {
    await task();
    return false;
  } catch (error) {
    if (error instanceof Killed) return true;
    throw error;
  } finally {
    target.onWrite = () => undefined;
    records.onWrite = () => undefined;
  }
}
