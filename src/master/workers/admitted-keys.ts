import { unfinishedJobsOfWorker } from '../store/jobs.js';
import type { Db } from '../store/open-store.js';
import { listWorkers } from '../store/workers.js';

/**
 * Public key -> worker, for exactly those workers whose certificate was applied. A retired worker may come back only
 * to bring its last jobs to an end.
 */
export async function admittedKeys(db: Db): Promise<ReadonlyMap<string, string>> {
  const keys = new Map<string, string>();
  for (const { hostname, publicKey, health } of await listWorkers(db)) {
    if (publicKey === null) continue;
    if (health === 'Retired' && (await unfinishedJobsOfWorker(db, hostname)).length === 0) continue;
    keys.set(publicKey, hostname);
  }
  return keys;
}
