import { nextId } from '../database/counters.js';
import {
  listPage,
  numberField,
  textField,
  textRank,
  type Field,
  type Listing,
  type ListRequest,
} from '../listing.js';
import type { Db, Tx } from '../open-store.js';
import type { Tag } from '../values.js';

const fields = {
  id: numberField('id'),
  name: textField('name'),
  description: textField('description'),
} as const satisfies Readonly<Record<string, Field>>;

export type TagField = keyof typeof fields;

export async function listTags(db: Db, request: ListRequest<TagField>): Promise<Listing<Tag>> {
  return listPage(db, db.selectFrom('tags').selectAll(), fields, 'id', request);
}

export async function findTag(
  db: Db,
  by: { readonly id: number } | { readonly name: string },
): Promise<Tag | undefined> {
  const query = db.selectFrom('tags').selectAll();
  return ('id' in by ? query.where('id', '=', by.id) : query.where('name', '=', by.name)).executeTakeFirst();
}

/** Returns the tags with these names, by name. */
export async function tagsOfNames(db: Db, names: readonly string[]): Promise<ReadonlyMap<string, Tag>> {
  if (names.length === 0) return new Map();
  const rows = await db
    .selectFrom('tags')
    .selectAll()
    .where('name', 'in', [...new Set(names)])
    .execute();
  return new Map(rows.map((tag) => [tag.name, tag]));
}

/** Databases limit the number of parameters of a statement. */
const devicesAtOnce = 5_000;

/** Returns the tags of these devices by hostname, sorted by name. Devices without tags are omitted. */
export async function tagsOfDevices(
  db: Db,
  hostnames: readonly string[],
): Promise<ReadonlyMap<string, readonly Tag[]>> {
  const tags = new Map<string, Tag[]>();
  for (let first = 0; first < hostnames.length; first += devicesAtOnce) {
    const rows = await db
      .selectFrom('deviceTags')
      .innerJoin('tags', 'tags.id', 'deviceTags.tagId')
      .select(['deviceTags.device', 'tags.id', 'tags.name', 'tags.description'])
      .where('deviceTags.device', 'in', hostnames.slice(first, first + devicesAtOnce))
      .orderBy(textRank(db, 'tags.name'))
      .execute();
    for (const { device, ...tag } of rows) {
      const known = tags.get(device);
      if (known === undefined) tags.set(device, [tag]);
      else known.push(tag);
    }
  }
  return tags;
}

export async function tagsOfDevice(db: Db, device: string): Promise<readonly Tag[]> {
  return (await tagsOfDevices(db, [device])).get(device) ?? [];
}

export async function devicesOfTag(db: Db, tagId: number): Promise<string[]> {
  const rows = await db
    .selectFrom('deviceTags')
    .select('device')
    .where('tagId', '=', tagId)
    .orderBy(textRank(db, 'device'))
    .execute();
  return rows.map((row) => row.device);
}

/** Sets the tags of a device; creates tags that do not exist yet. */
export async function replaceDeviceTags(tx: Tx, device: string, names: readonly string[]): Promise<void> {
  await tx.deleteFrom('deviceTags').where('device', '=', device).execute();
  for (const name of new Set(names)) {
    const tagId = await ensureTag(tx, name);
    await tx.insertInto('deviceTags').values({ device, tagId }).execute();
  }
}

async function ensureTag(tx: Tx, name: string): Promise<number> {
  const known = await tx.selectFrom('tags').select('id').where('name', '=', name).executeTakeFirst();
  if (known !== undefined) return known.id;
  const id = await nextId(tx, 'tags');
  await tx.insertInto('tags').values({ id, name, description: null }).execute();
  return id;
}
