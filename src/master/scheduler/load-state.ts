import type { SchedulerState } from '../../scheduling/index.js';
import { queuedJobs } from '../store/jobs/jobs.js';
import type { Db } from '../store/open-store.js';
import { schedulableDevices, schedulableTypes } from '../store/scheduling.js';
import { listWorkers } from '../store/configuration/workers.js';

/** Reads the state that scheduling depends on, in the transaction that will write the decisions. */
export async function loadState(db: Db, now: Date): Promise<SchedulerState> {
  const types = await schedulableTypes(db);
  const devices = await schedulableDevices(db);
  const queue = await queuedJobs(db);
  return {
    nowMs: now.getTime(),
    deviceTypes: types.map(({ healthCheckFrequency, ...type }) => ({
      ...type,
      healthCheckEvery: healthCheckFrequency,
    })),
    workers: (await listWorkers(db, {})).items,
    devices: devices.map(({ lastHealthCheck, checkNotBefore, ...device }) => ({
      ...device,
      checkNotBeforeMs: checkNotBefore === null ? null : Date.parse(checkNotBefore),
      lastHealthCheck:
        lastHealthCheck === null
          ? null
          : { submittedMs: lastHealthCheck.submitted.getTime(), jobsSince: lastHealthCheck.jobsSince },
    })),
    queue: queue.map((job) => ({
      id: job.id,
      deviceType: job.deviceType,
      tags: job.tags,
      priority: job.priority,
      submittedMs: job.submitTime.getTime(),
      queueDeadlineMs: job.queueDeadline?.getTime() ?? null,
    })),
  };
}
