import { fromColumns, toChangedColumns, toColumns } from '../database/columns.js';
import { nextId } from '../database/counters.js';
import { revisionEncodings } from '../database/encodings.js';
import type { Db, Tx } from '../open-store.js';
import type { Revision } from '../values.js';

export async function latestRevision(db: Db): Promise<Revision | undefined> {
  const row = await db.selectFrom('revisions').selectAll().orderBy('id', 'desc').limit(1).executeTakeFirst();
  return row === undefined ? undefined : fromColumns<Revision, typeof row>(row, revisionEncodings);
}

/** Stores a revision. @returns its ID */
export async function insertRevision(tx: Tx, revision: Omit<Revision, 'id'>): Promise<number> {
  const id = await nextId(tx, 'revisions');
  const row = toColumns<Revision>({ id, ...revision }, revisionEncodings);
  await tx.insertInto('revisions').values(row).execute();
  return id;
}

/** Stores what a revision did. */
export async function updateRevision(
  tx: Tx,
  id: number,
  change: Pick<Revision, 'changes' | 'failures'>,
): Promise<void> {
  const row = toChangedColumns<Revision>(change, revisionEncodings);
  await tx.updateTable('revisions').set(row).where('id', '=', id).execute();
}
