import { nextId } from './counters.js';
import type { Db, Tx } from './open-store.js';
import type { RevisionRow } from './tables.js';

export async function latestRevision(db: Db): Promise<RevisionRow | undefined> {
  return db.selectFrom('revisions').selectAll().orderBy('id', 'desc').limit(1).executeTakeFirst();
}

export async function insertRevision(tx: Tx, revision: Omit<RevisionRow, 'id'>): Promise<RevisionRow> {
  const row = { id: await nextId(tx, 'revisions'), ...revision };
  await tx.insertInto('revisions').values(row).execute();
  return row;
}

/** The commit ids behind the revision numbers of jobs and objects. */
export async function revisionNames(
  db: Db,
  ids: readonly (number | null)[],
): Promise<ReadonlyMap<number, string>> {
  const wanted = [...new Set(ids.filter((id) => id !== null))];
  if (wanted.length === 0) return new Map();
  const rows = await db
    .selectFrom('revisions')
    .select(['id', 'revision'])
    .where('id', 'in', wanted)
    .execute();
  return new Map(rows.map((row) => [row.id, row.revision]));
}
