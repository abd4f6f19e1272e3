import { listPage, textField, textRank, type Field, type Listing, type ListRequest } from '../listing.js';
import type { Db, Tx } from '../open-store.js';
import type { Alias } from '../values.js';

const fields = {
  name: textField('name'),
  deviceType: textField('deviceType'),
} as const satisfies Readonly<Record<string, Field>>;

export type AliasField = keyof typeof fields;

export async function listAliases(db: Db, request: ListRequest<AliasField> = {}): Promise<Listing<Alias>> {
  return listPage(db, db.selectFrom('aliases').selectAll(), fields, 'name', request);
}

export async function findAlias(db: Db, name: string): Promise<Alias | undefined> {
  return db.selectFrom('aliases').selectAll().where('name', '=', name).executeTakeFirst();
}

/** Returns the aliases of these device types by type, sorted. Types without aliases are omitted. */
export async function aliasesOfTypes(
  db: Db,
  deviceTypes: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (deviceTypes.length === 0) return new Map();
  const rows = await db
    .selectFrom('aliases')
    .selectAll()
    .where('deviceType', 'in', deviceTypes)
    .orderBy(textRank(db, 'name'))
    .execute();
  const aliases = new Map<string, string[]>();
  for (const { name, deviceType } of rows)
    aliases.set(deviceType, [...(aliases.get(deviceType) ?? []), name]);
  return aliases;
}

export async function replaceAliases(tx: Tx, deviceType: string, names: readonly string[]): Promise<void> {
  await tx.deleteFrom('aliases').where('deviceType', '=', deviceType).execute();
  if (names.length === 0) return;
  await tx
    .insertInto('aliases')
    .values(names.map((name) => ({ name, deviceType })))
    .execute();
}
