import { nextId } from '../database/counters.js';
import { listPage, numberField, textField, type Field, type Listing, type ListRequest } from '../listing.js';
import type { Db, Tx } from '../open-store.js';
import type { Principal } from '../values.js';

const fields = {
  id: numberField('id'),
  name: textField('name'),
} as const satisfies Readonly<Record<string, Field>>;

export type PrincipalField = keyof typeof fields;

/** Users and groups have IDs because LAVA's REST API returns the owner and group of a device as IDs. */
export async function listPrincipals(
  db: Db,
  kind: Principal['kind'],
  request: ListRequest<PrincipalField>,
): Promise<Listing<Principal>> {
  const query = db.selectFrom('principals').selectAll().where('kind', '=', kind);
  return listPage(db, query, fields, 'id', request);
}

export async function ensurePrincipal(tx: Tx, kind: Principal['kind'], name: string): Promise<void> {
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

/** Returns those of the names that are groups. */
export async function groupsAmong(db: Db, names: readonly string[]): Promise<readonly string[]> {
  if (names.length === 0) return [];
  const rows = await db
    .selectFrom('principals')
    .select('name')
    .where('kind', '=', 'group')
    .where('name', 'in', [...new Set(names)].slice(0, maxNames))
    .execute();
  return rows.map(({ name }) => name);
}

/** Databases limit the number of parameters of a statement. */
const maxNames = 5_000;

export async function isUser(db: Db, name: string): Promise<boolean> {
  const row = await db
    .selectFrom('principals')
    .select('id')
    .where('kind', '=', 'user')
    .where('name', '=', name)
    .executeTakeFirst();
  return row !== undefined;
}
