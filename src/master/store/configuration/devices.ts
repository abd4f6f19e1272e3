import { sql } from 'kysely';
import type { DeviceHealth } from '../../../model/index.js';
import { fromColumns, toColumns } from '../database/columns.js';
import { deviceEncodings } from '../database/encodings.js';
import { isHolding } from '../database/holding.js';
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
import type { Device } from '../values.js';

/** A device with data from other tables, but without its dictionary, which is large. */
export interface DeviceSummary extends Omit<Device, 'dictionary' | 'lostChecks' | 'checkNotBefore'> {
  readonly hasDictionary: boolean;
  /** Derived from its job (LAVA 2023.01). */
  readonly state: 'Idle' | 'Reserved' | 'Running';
  /** The ID of the job that holds it. */
  readonly currentJob: number | null;
  /** The IDs of `physicalOwner` and `physicalGroup`. */
  readonly ownerId: number | null;
  readonly groupId: number | null;
  /** Whether the template that its dictionary extends has a health check. */
  readonly hasHealthCheck: boolean;
  /** The revision that last changed it. */
  readonly revision: string;
}

const state = sql<DeviceSummary['state']>`case when ${sql.ref('holding.id')} is null then 'Idle'
  when ${sql.ref('holding.startTime')} is null then 'Reserved' else 'Running' end`;

const fields = {
  hostname: textField('devices.hostname'),
  deviceType: textField('devices.deviceType'),
  version: textField('devices.version'),
  ownerId: numberField('owners.id'),
  groupId: numberField('owningGroups.id'),
  description: textField('devices.description'),
  state: textField(state),
  health: textField('devices.health'),
  worker: textField('devices.worker'),
} as const satisfies Readonly<Record<string, Field>>;

export type DeviceField = keyof typeof fields;

function summaries(db: Db) {
  return db
    .selectFrom('devices')
    .innerJoin('revisions', 'revisions.id', 'devices.revisionId')
    .leftJoin('healthChecks', 'healthChecks.name', 'devices.extendsTemplate')
    .leftJoin('jobs as holding', (join) =>
      join.onRef('holding.device', '=', 'devices.hostname').on(isHolding('holding.state')),
    )
    .leftJoin('principals as owners', (join) =>
      join.onRef('owners.name', '=', 'devices.physicalOwner').on('owners.kind', '=', 'user'),
    )
    .leftJoin('principals as owningGroups', (join) =>
      join.onRef('owningGroups.name', '=', 'devices.physicalGroup').on('owningGroups.kind', '=', 'group'),
    )
    .select([
      'devices.hostname',
      'devices.deviceType',
      'devices.worker',
      'devices.description',
      'devices.health',
      'devices.healthReason',
      'devices.version',
      'devices.physicalOwner',
      'devices.physicalGroup',
      'devices.extendsTemplate',
      'devices.lastJob',
      'devices.lastHealthReportJob',
      'devices.maintenanceWindows',
      'devices.revisionId',
      'revisions.revision',
      'holding.id as currentJob',
      'owners.id as ownerId',
      'owningGroups.id as groupId',
      state.as('state'),
      sql<0 | 1>`case when ${sql.ref('healthChecks.name')} is null then 0 else 1 end`.as('hasHealthCheck'),
      sql<0 | 1>`case when ${sql.ref('devices.dictionary')} is null then 0 else 1 end`.as('hasDictionary'),
    ]);
}

type SummaryRow = Awaited<ReturnType<ReturnType<typeof summaries>['executeTakeFirstOrThrow']>>;

function summaryOf(row: SummaryRow): DeviceSummary {
  const device = fromColumns<Device, SummaryRow>(row, deviceEncodings);
  return { ...device, hasHealthCheck: row.hasHealthCheck === 1, hasDictionary: row.hasDictionary === 1 };
}

export async function listDevices(
  db: Db,
  { includeRetired, ...request }: ListRequest<DeviceField> & { readonly includeRetired: boolean },
): Promise<Listing<DeviceSummary>> {
  let query = summaries(db);
  if (!includeRetired) query = query.where('devices.health', '!=', 'Retired');
  const { count, items } = await listPage(db, query, fields, 'hostname', request);
  return { count, items: items.map(summaryOf) };
}

export async function findDeviceSummary(db: Db, hostname: string): Promise<DeviceSummary | undefined> {
  const row = await summaries(db).where('devices.hostname', '=', hostname).executeTakeFirst();
  return row === undefined ? undefined : summaryOf(row);
}

export async function findDevice(db: Db, hostname: string): Promise<Device | undefined> {
  const row = await db.selectFrom('devices').selectAll().where('hostname', '=', hostname).executeTakeFirst();
  return row === undefined ? undefined : fromColumns<Device, typeof row>(row, deviceEncodings);
}

export async function listDictionaries(db: Db): Promise<{ hostname: string; dictionary: string }[]> {
  return db
    .selectFrom('devices')
    .select(['hostname', 'dictionary'])
    .where('dictionary', 'is not', null)
    .$narrowType<{ dictionary: string }>()
    .execute();
}

/** Returns the hostnames of all devices, or of the devices of a worker or a type, including retired ones. */
export async function deviceNames(
  db: Db,
  { worker, deviceType }: { readonly worker?: string; readonly deviceType?: string },
): Promise<string[]> {
  let query = db.selectFrom('devices').select('hostname').orderBy(textRank(db, 'hostname'));
  if (worker !== undefined) query = query.where('worker', '=', worker);
  if (deviceType !== undefined) query = query.where('deviceType', '=', deviceType);
  return (await query.execute()).map((row) => row.hostname);
}

/** Counts the devices of a type that are not retired and have all of these tags. */
export async function countDevices(db: Db, deviceType: string, tags: readonly string[]): Promise<number> {
  let query = db
    .selectFrom('devices')
    .select((select) => select.fn.countAll().as('count'))
    .where('deviceType', '=', deviceType)
    .where('health', '!=', 'Retired');
  for (const tag of new Set(tags)) {
    query = query.where((where) =>
      where.exists(
        where
          .selectFrom('deviceTags')
          .innerJoin('tags', 'tags.id', 'deviceTags.tagId')
          .select('tags.id')
          .whereRef('deviceTags.device', '=', 'devices.hostname')
          .where('tags.name', '=', tag),
      ),
    );
  }
  return Number((await query.executeTakeFirstOrThrow()).count);
}

export async function saveDevice(tx: Tx, device: Device): Promise<void> {
  const row = toColumns<Device>(device, deviceEncodings);
  await tx
    .insertInto('devices')
    .values(row)
    .onConflict((conflict) => conflict.column('hostname').doUpdateSet(row))
    .execute();
}

export async function updateDevice(
  tx: Tx,
  hostname: string,
  change: Partial<
    Pick<
      Device,
      'health' | 'healthReason' | 'lastHealthReportJob' | 'lostChecks' | 'checkNotBefore' | 'lastJob'
    >
  >,
): Promise<void> {
  await tx.updateTable('devices').set(change).where('hostname', '=', hostname).execute();
}

/** Changes the health of the devices of a worker whose current health is one of `from`. */
export async function changeDeviceHealths(
  tx: Tx,
  worker: string,
  from: readonly DeviceHealth[],
  change: Pick<Device, 'health' | 'healthReason'>,
): Promise<void> {
  await tx
    .updateTable('devices')
    .set(change)
    .where('worker', '=', worker)
    .where('health', 'in', from)
    .execute();
}

export async function deleteDevice(tx: Tx, hostname: string): Promise<void> {
  await tx.deleteFrom('devices').where('hostname', '=', hostname).execute();
}
