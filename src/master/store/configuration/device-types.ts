import { sql } from 'kysely';
import { fromColumns, toColumns } from '../database/columns.js';
import { deviceTypeEncodings } from '../database/encodings.js';
import type { DeviceTypeRow } from '../database/tables.js';
import {
  flagField,
  listPage,
  numberField,
  textField,
  type Field,
  type Listing,
  type ListRequest,
} from '../listing.js';
import type { Db, Tx } from '../open-store.js';
import type { DeviceType } from '../values.js';

/** A device type with data from other tables. */
export interface DeviceTypeSummary extends DeviceType {
  /** The number of its devices that are not retired. */
  readonly deviceCount: number;
  /** Whether a template with its name exists. */
  readonly hasTemplate: boolean;
  /** The revision that last changed it. */
  readonly revision: string;
}

const fields = {
  name: textField('deviceTypes.name'),
  architecture: textField('deviceTypes.architecture'),
  processor: textField('deviceTypes.processor'),
  cpuModel: textField('deviceTypes.cpuModel'),
  bits: numberField('deviceTypes.bits'),
  description: textField('deviceTypes.description'),
  display: flagField('deviceTypes.display'),
} as const satisfies Readonly<Record<string, Field>>;

export type DeviceTypeField = keyof typeof fields;

function summaries(db: Db) {
  return db
    .selectFrom('deviceTypes')
    .innerJoin('revisions', 'revisions.id', 'deviceTypes.revisionId')
    .leftJoin('templates', 'templates.name', 'deviceTypes.name')
    .selectAll('deviceTypes')
    .select((select) => [
      'revisions.revision',
      sql<0 | 1>`case when ${sql.ref('templates.name')} is null then 0 else 1 end`.as('hasTemplate'),
      select
        .selectFrom('devices')
        .select((count) => count.fn.countAll<number | string>().as('count'))
        .whereRef('devices.deviceType', '=', 'deviceTypes.name')
        .where('devices.health', '!=', 'Retired')
        .as('deviceCount'),
    ]);
}

type SummaryRow = Awaited<ReturnType<ReturnType<typeof summaries>['executeTakeFirstOrThrow']>>;

function summaryOf({ revision, hasTemplate, deviceCount, ...row }: SummaryRow): DeviceTypeSummary {
  return { ...valueOf(row), revision, hasTemplate: hasTemplate === 1, deviceCount: Number(deviceCount) };
}

function valueOf({ healthFrequency, healthDenominator, ...row }: DeviceTypeRow): DeviceType {
  return {
    ...fromColumns<Omit<DeviceType, 'healthCheckFrequency'>, typeof row>(row, deviceTypeEncodings),
    healthCheckFrequency: { every: healthFrequency, unit: healthDenominator },
  };
}

export async function listDeviceTypes(
  db: Db,
  { includeHidden = true, ...request }: ListRequest<DeviceTypeField> & { readonly includeHidden?: boolean },
): Promise<Listing<DeviceTypeSummary>> {
  let query = summaries(db);
  if (!includeHidden) query = query.where('deviceTypes.display', '=', 1);
  const { count, items } = await listPage(db, query, fields, 'name', request);
  return { count, items: items.map(summaryOf) };
}

export async function deviceTypeNames(db: Db): Promise<ReadonlySet<string>> {
  const rows = await db.selectFrom('deviceTypes').select('name').execute();
  return new Set(rows.map((row) => row.name));
}

export async function findDeviceTypeSummary(db: Db, name: string): Promise<DeviceTypeSummary | undefined> {
  const row = await summaries(db).where('deviceTypes.name', '=', name).executeTakeFirst();
  return row === undefined ? undefined : summaryOf(row);
}

export async function findDeviceType(db: Db, name: string): Promise<DeviceType | undefined> {
  const row = await db.selectFrom('deviceTypes').selectAll().where('name', '=', name).executeTakeFirst();
  return row === undefined ? undefined : valueOf(row);
}

export async function saveDeviceType(tx: Tx, type: DeviceType): Promise<void> {
  const { healthCheckFrequency, ...rest } = type;
  const row: DeviceTypeRow = {
    ...toColumns<Omit<DeviceType, 'healthCheckFrequency'>>(rest, deviceTypeEncodings),
    healthFrequency: healthCheckFrequency.every,
    healthDenominator: healthCheckFrequency.unit,
  };
  await tx
    .insertInto('deviceTypes')
    .values(row)
    .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
    .execute();
}

export async function deleteDeviceType(tx: Tx, name: string): Promise<void> {
  await tx.deleteFrom('deviceTypes').where('name', '=', name).execute();
}
