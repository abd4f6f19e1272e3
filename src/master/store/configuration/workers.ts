import { fromColumns, toChangedColumns, toColumns } from '../database/columns.js';
import { workerEncodings } from '../database/encodings.js';
import { isHolding } from '../database/holding.js';
import type { Tables } from '../database/tables.js';
import { listPage, numberField, textField, type Field, type Listing, type ListRequest } from '../listing.js';
import type { Db, Tx } from '../open-store.js';
import type { Worker } from '../values.js';

/** A worker with the revision that last changed it, but without its files. */
export type WorkerSummary = Omit<
  Worker,
  'env' | 'envDut' | 'dispatcherConfig' | 'certificate' | 'publicKey' | 'agent'
> & { readonly revision: string };

const fields = {
  hostname: textField('workers.hostname'),
  health: textField('workers.health'),
  state: textField('workers.state'),
  description: textField('workers.description'),
  jobLimit: numberField('workers.jobLimit'),
  version: textField('workers.version'),
} as const satisfies Readonly<Record<string, Field>>;

export type WorkerField = keyof typeof fields;

function summaries(db: Db) {
  return db
    .selectFrom('workers')
    .innerJoin('revisions', 'revisions.id', 'workers.revisionId')
    .select([
      'workers.hostname',
      'workers.description',
      'workers.health',
      'workers.state',
      'workers.version',
      'workers.lastPing',
      'workers.jobLimit',
      'workers.conflict',
      'workers.maintenanceWindows',
      'workers.revisionId',
      'revisions.revision',
    ]);
}

export async function listWorkers(
  db: Db,
  { includeRetired = true, ...request }: ListRequest<WorkerField> & { readonly includeRetired?: boolean },
): Promise<Listing<WorkerSummary>> {
  let query = summaries(db);
  if (!includeRetired) query = query.where('workers.health', '!=', 'Retired');
  const { count, items } = await listPage(db, query, fields, 'hostname', request);
  return { count, items: items.map((row) => fromColumns<Worker, typeof row>(row, workerEncodings)) };
}

export async function findWorkerSummary(db: Db, hostname: string): Promise<WorkerSummary | undefined> {
  const row = await summaries(db).where('workers.hostname', '=', hostname).executeTakeFirst();
  return row === undefined ? undefined : fromColumns<Worker, typeof row>(row, workerEncodings);
}

export async function findWorker(db: Db, hostname: string): Promise<Worker | undefined> {
  const row = await db.selectFrom('workers').selectAll().where('hostname', '=', hostname).executeTakeFirst();
  return row === undefined ? undefined : valueOf(row);
}

export async function findWorkerOfKey(db: Db, publicKey: string): Promise<Worker | undefined> {
  const row = await db
    .selectFrom('workers')
    .selectAll()
    .where('publicKey', '=', publicKey)
    .executeTakeFirst();
  return row === undefined ? undefined : valueOf(row);
}

/**
 * Returns the worker for each public key, for exactly those workers whose certificate was applied. A retired worker is
 * included only until its last jobs are finished.
 */
export async function admittedKeys(db: Db): Promise<ReadonlyMap<string, string>> {
  const rows = await db
    .selectFrom('workers')
    .select(['hostname', 'publicKey'])
    .where('publicKey', 'is not', null)
    .where((where) =>
      where.or([
        where('health', '!=', 'Retired'),
        where.exists(
          where
            .selectFrom('jobs')
            .select('jobs.id')
            .whereRef('jobs.worker', '=', 'workers.hostname')
            .where(isHolding('jobs.state')),
        ),
      ]),
    )
    .$narrowType<{ publicKey: string }>()
    .execute();
  return new Map(rows.map((row) => [row.publicKey, row.hostname]));
}

export async function saveWorker(tx: Tx, worker: Worker): Promise<void> {
  const row = toColumns<Worker>(worker, workerEncodings);
  await tx
    .insertInto('workers')
    .values(row)
    .onConflict((conflict) => conflict.column('hostname').doUpdateSet(row))
    .execute();
}

type WorkerChange = Partial<Pick<Worker, 'health' | 'state' | 'version' | 'lastPing' | 'agent' | 'conflict'>>;

export async function updateWorker(tx: Tx, hostname: string, change: WorkerChange): Promise<void> {
  const set = toChangedColumns<Worker>(change, workerEncodings);
  await tx.updateTable('workers').set(set).where('hostname', '=', hostname).execute();
}

/** Marks all workers Offline and without conflicts: a master that has just started has not received a message yet. */
export async function setAllWorkersOffline(tx: Tx): Promise<void> {
  await tx.updateTable('workers').set({ state: 'Offline', conflict: null }).execute();
}

export async function deleteWorker(tx: Tx, hostname: string): Promise<void> {
  await tx.deleteFrom('workers').where('hostname', '=', hostname).execute();
}

function valueOf(row: Tables['workers']): Worker {
  return fromColumns<Worker, Tables['workers']>(row, workerEncodings);
}
