import { nextId } from './counters.js';
import type { Db, Tx } from './open-store.js';
import type { PrincipalRow } from './tables.js';

/** Users and groups have numbers because LAVA's REST API gives a device's owner and group as numbers. */
export async function listPrincipals(db: Db, kind: PrincipalRow['kind']): Promise<PrincipalRow[]> {
  return db.selectFrom('principals').selectAll().where('kind', '=', kind).orderBy('id').execute();
}

export async function ensurePrincipal(tx: Tx, kind: PrincipalRow['kind'], name: string): Promise<void> {
  const known = await tx
    .selectFrom('principals')
    .select('id')
    .where('kind', '=', kind)
    .where('name', '=', name)
    .executeTakeFirst();
  if (known !== undefined) return;
  await tx
    .insertInto('principals')
    .values({ id: await nextId(tx, 'principals'), kind, name })
    .execute();
}
