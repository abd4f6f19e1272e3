import { deviceNames } from '../store/configuration/devices.js';
import type { Db } from '../store/open-store.js';
import type { Worker } from '../store/values.js';
import {
  findWorker,
  findWorkerSummary,
  listWorkers,
  type WorkerSummary,
} from '../store/configuration/workers.js';

export { listWorkers };
export type { WorkerField } from '../store/configuration/workers.js';
export type WorkerView = WorkerSummary;

export async function showWorker(db: Db, hostname: string): Promise<WorkerView | undefined> {
  return findWorkerSummary(db, hostname);
}

/** The files of a worker; null for a file that it does not have. */
export type WorkerFiles = Pick<Worker, 'env' | 'envDut' | 'dispatcherConfig' | 'certificate'>;

export async function showWorkerFiles(db: Db, hostname: string): Promise<WorkerFiles | undefined> {
  return findWorker(db, hostname);
}

/** The hostnames of its devices, including retired ones. */
export async function devicesOfWorker(db: Db, worker: string): Promise<readonly string[]> {
  return deviceNames(db, { worker });
}
