import { sql } from 'kysely';
import type { DrainWindow } from '../../model/index.js';
import type { SchedulerDevice } from '../../scheduling/index.js';
import { fromColumns } from './database/columns.js';
import { deviceEncodings } from './database/encodings.js';
import { isHolding } from './database/holding.js';
import type { Db } from './open-store.js';
import { tagsOfDevices } from './configuration/tags.js';
import type { Device, DeviceType } from './values.js';

/** The data of a device that scheduling needs. */
export interface SchedulableDevice extends Omit<
  SchedulerDevice,
  'lastHealthCheck' | 'checkNotBeforeMs' | 'hasHealthCheck' | 'checkTimeoutMs' | 'drain'
> {
  /** The health check of the template that its dictionary extends, and the revision that last changed it. */
  readonly healthCheck: { readonly template: string; readonly revisionId: number } | null;
  /** Besides those of its worker. */
  readonly maintenanceWindows: readonly DrainWindow[];
  /**
   * The last health check that reported a result. `jobsSince` counts the other jobs that the device has run since; it
   * is 0 if the frequency of health checks is in hours.
   */
  readonly lastHealthCheck: { readonly submitted: Date; readonly jobsSince: number } | null;
  readonly checkNotBefore: string | null;
}

/** The data of a device type that scheduling needs. */
export type SchedulableType = Pick<
  DeviceType,
  'name' | 'display' | 'healthChecksDisabled' | 'healthCheckFrequency'
>;

export async function schedulableTypes(db: Db): Promise<SchedulableType[]> {
  const rows = await db
    .selectFrom('deviceTypes')
    .select(['name', 'display', 'healthChecksDisabled', 'healthFrequency', 'healthDenominator'])
    .execute();
  return rows.map((row) => ({
    name: row.name,
    display: row.display === 1,
    healthChecksDisabled: row.healthChecksDisabled === 1,
    healthCheckFrequency: { every: row.healthFrequency, unit: row.healthDenominator },
  }));
}

/** Reads all devices in one query. */
export async function schedulableDevices(db: Db): Promise<SchedulableDevice[]> {
  const rows = await db
    .selectFrom('devices')
    .innerJoin('deviceTypes', 'deviceTypes.name', 'devices.deviceType')
    .leftJoin('healthChecks', 'healthChecks.name', 'devices.extendsTemplate')
    .leftJoin('jobs as holding', (join) =>
      join.onRef('holding.device', '=', 'devices.hostname').on(isHolding('holding.state')),
    )
    .leftJoin('jobs as report', 'report.id', 'devices.lastHealthReportJob')
    .select((select) => [
      'devices.hostname',
      'devices.deviceType',
      'devices.worker',
      'devices.health',
      'devices.lastJob',
      'devices.checkNotBefore',
      'holding.id as heldBy',
      'devices.maintenanceWindows',
      'healthChecks.name as checkTemplate',
      'healthChecks.revisionId as checkRevision',
      'report.submitTime as reportSubmitted',
      select
        .case()
        .when('deviceTypes.healthDenominator', '=', 'jobs')
        .then(
          select
            .selectFrom('jobs as later')
            .select(sql<number | string>`count(*)`.as('count'))
            .whereRef('later.device', '=', 'devices.hostname')
            .whereRef('later.id', '>', 'devices.lastHealthReportJob')
            .where('later.healthCheck', '=', 0),
        )
        .else(0)
        .end()
        .as('jobsSince'),
    ])
    .execute();
  const tags = await tagsOfDevices(
    db,
    rows.map((row) => row.hostname),
  );
  return rows.map(({ heldBy, checkTemplate, checkRevision, reportSubmitted, jobsSince, ...row }) => ({
    ...fromColumns<Device, typeof row>(row, deviceEncodings),
    tags: (tags.get(row.hostname) ?? []).map((tag) => tag.name),
    idle: heldBy === null,
    healthCheck:
      checkTemplate === null || checkRevision === null
        ? null
        : { template: checkTemplate, revisionId: checkRevision },
    lastHealthCheck:
      reportSubmitted === null
        ? null
        : { submitted: new Date(reportSubmitted), jobsSince: Number(jobsSince) },
  }));
}
