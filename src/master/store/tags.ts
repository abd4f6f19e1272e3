import { nextId } from './counters.js';
import type { Db, Tx } from './open-store.js';
import type { TagRow } from './tables.js';

export async function listTags(db: Db): Promise<TagRow[]> {
  return db.selectFrom('tags').selectAll().orderBy('id').execute();
}

/** Names of the tags of each device, sorted; a device without tags is not in it. */
export async function tagsByDevice(db: Db): Promise<ReadonlyMap<string, readonly TagRow[]>> {
  const rows = await db
    .selectFrom('deviceTags')
    .innerJoin('tags', 'tags.id', 'deviceTags.tagId')
    .select(['deviceTags.device', 'tags.id', 'tags.name', 'tags.description'])
    .orderBy('tags.name')
    .execute();
  const tags = new Map<string, TagRow[]>();
  for (const { device, ...tag } of rows) {
    const known = tags.get(device);
    if (known === undefined) tags.set(device, [tag]);
    else known.push(tag);
  }
  return tags;
}

export async function tagsOfDevice(db: Db, device: string): Promise<TagRow[]> {
  return db
    .selectFrom('deviceTags')
    .innerJoin('tags', 'tags.id', 'deviceTags.tagId')
    .select(['tags.id', 'tags.name', 'tags.description'])
    .where('deviceTags.device', '=', device)
    .orderBy('tags.name')
    .execute();
}

export async function devicesOfTag(db: Db, tagId: number): Promise<string[]> {
  const rows = await db
    .selectFrom('deviceTags')
    .select('device')
    .where('tagId', '=', tagId)
    .orderBy('device')
    .execute();
  return rows.map((row) => row.device);
}

/** Gives a device exactly these tags; makes tags that are not there yet. */
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
