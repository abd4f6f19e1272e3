import type { Db, Tx } from './open-store.js';
import type { WorkerRow } from './tables.js';

export async function listWorkers(db: Db): Promise<WorkerRow[]> {
  return db.selectFrom('workers').selectAll().orderBy('hostname').execute();
}

export async function findWorker(db: Db, hostname: string): Promise<WorkerRow | undefined> {
  return db.selectFrom('workers').selectAll().where('hostname', '=', hostname).executeTakeFirst();
}

export async function findWorkerOfKey(db: Db, publicKey: string): Promise<WorkerRow | undefined> {
  return db.selectFrom('workers').selectAll().where('publicKey', '=', publicKey).executeTakeFirst();
}

export async function saveWorker(tx: Tx, row: WorkerRow): Promise<void> {
  await tx
    .insertInto('workers')
    .values(row)
    .onConflict((conflict) => conflict.column('hostname').doUpdateSet(row))
    .execute();
}

export async function updateWorker(
  tx: Tx,
  hostname: string,
  change: Partial<Pick<WorkerRow, 'health' | 'state' | 'version' | 'lastPing'>>,
): Promise<void> {
  await tx.updateTable('workers').set(change).where('hostname', '=', hostname).execute();
}

/** A master that just started has heard from nobody. */
export async function setAllWorkersOffline(tx: Tx): Promise<void> {
  await tx.updateTable('workers').set({ state: 'Offline' }).execute();
}

export async function deleteWorker(tx: Tx, hostname: string): Promise<void> {
  await tx.deleteFrom('workers').where('hostname', '=', hostname).execute();
}
