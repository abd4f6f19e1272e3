import { listDeviceTypes } from '../store/device-types.js';
import { listDeviceSummaries } from '../store/devices.js';
import { countJobsSince, holdingJobs, queuedJobs, submitTimes, type JobSummary } from '../store/jobs.js';
import type { Db } from '../store/open-store.js';
import { tagsByDevice } from '../store/tags.js';
import { healthCheckNames } from '../store/templates.js';
import { listWorkers } from '../store/workers.js';
import type { SchedulerDevice, SchedulerDeviceType, SchedulerState } from '../../scheduling/index.js';

/** Reads what scheduling depends on, in the transaction that will write the decisions. */
export async function loadState(db: Db, now: Date): Promise<SchedulerState> {
  const deviceTypes = (await listDeviceTypes(db)).map((row): SchedulerDeviceType => ({
    name: row.name,
    display: row.display === 1,
    healthChecksDisabled: row.healthChecksDisabled === 1,
    healthCheckEvery: { every: row.healthFrequency, unit: row.healthDenominator },
  }));
  return {
    nowMs: now.getTime(),
    deviceTypes,
    workers: await listWorkers(db),
    devices: await loadDevices(db, deviceTypes),
    queue: (await queuedJobs(db)).map(({ id, deviceType, tags, priority, submitTime, queueDeadline }) => ({
      id,
      deviceType,
      tags: JSON.parse(tags) as string[],
      priority,
      submittedMs: Date.parse(submitTime),
      queueDeadlineMs: queueDeadline === null ? null : Date.parse(queueDeadline),
    })),
  };
}

async function loadDevices(db: Db, deviceTypes: readonly SchedulerDeviceType[]): Promise<SchedulerDevice[]> {
  const held = new Set((await holdingJobs(db)).map(({ device }: JobSummary) => device));
  const checks = await healthCheckNames(db);
  const tags = await tagsByDevice(db);
  const rows = await listDeviceSummaries(db);
  const reports = await submitTimes(
    db,
    rows.map((row) => row.lastHealthReportJob).filter((id) => id !== null),
  );
  const countingTypes = new Set(
    deviceTypes.filter((type) => type.healthCheckEvery.unit === 'jobs').map((type) => type.name),
  );
  const devices: SchedulerDevice[] = [];
  for (const row of rows) {
    const { hostname, deviceType, worker, health, lastJob, lastHealthReportJob } = row;
    const submitted = lastHealthReportJob === null ? undefined : reports.get(lastHealthReportJob);
    devices.push({
      hostname,
      deviceType,
      worker,
      health,
      tags: (tags.get(hostname) ?? []).map((tag) => tag.name),
      idle: !held.has(hostname),
      hasHealthCheck: row.extendsTemplate !== null && checks.has(row.extendsTemplate),
      lastHealthCheck:
        lastHealthReportJob === null || submitted === undefined
          ? null
          : {
              submittedMs: Date.parse(submitted),
              jobsSince: countingTypes.has(deviceType)
                ? await countJobsSince(db, hostname, lastHealthReportJob)
                : 0,
            },
      lastJob,
    });
  }
  return devices;
}
