import { instantText, isTimeZone, openOrNext } from '../../calendar/index.js';
import type { DrainWindow } from '../../model/index.js';
import type { Drain, SchedulerState } from '../../scheduling/index.js';
import { queuedJobs, type JobSummary } from '../store/jobs/jobs.js';
import type { Db } from '../store/open-store.js';
import { schedulableDevices, schedulableTypes, type SchedulableDevice } from '../store/scheduling.js';
import { listWorkers } from '../store/configuration/workers.js';
import type { CheckTimeouts } from './check-timeouts.js';

export interface LoadedState {
  readonly state: SchedulerState;
  /** By hostname. */
  readonly devices: ReadonlyMap<string, SchedulableDevice & { readonly drain: Drain | null }>;
  /** Submitted jobs. */
  readonly queue: readonly JobSummary[];
}

/** Reads the state that scheduling depends on, in the transaction that will write the decisions. */
export async function loadState(db: Db, now: Date, timeouts: CheckTimeouts): Promise<LoadedState> {
  const types = await schedulableTypes(db);
  const workers = (await listWorkers(db, {})).items;
  const queue = await queuedJobs(db);
  const nowMs = now.getTime();
  const drains = new Map(
    workers.map((worker) => [worker.hostname, nextDrain(worker.maintenanceWindows, nowMs)]),
  );
  const devices = (await schedulableDevices(db)).map((device) => {
    const shared = device.worker === null ? null : (drains.get(device.worker) ?? null);
    return { ...device, drain: firstOf(shared, nextDrain(device.maintenanceWindows, nowMs)) };
  });
  return {
    devices: new Map(devices.map((device) => [device.hostname, device])),
    queue,
    state: {
      nowMs,
      deviceTypes: types.map(({ healthCheckFrequency, ...type }) => ({
        ...type,
        healthCheckEvery: healthCheckFrequency,
      })),
      workers,
      devices: devices.map(({ lastHealthCheck, checkNotBefore, healthCheck, ...device }) => ({
        ...device,
        hasHealthCheck: healthCheck !== null,
        checkTimeoutMs: healthCheck === null ? null : timeouts.find(healthCheck),
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
        timeoutMs: job.timeoutS === null ? null : job.timeoutS * 1000,
      })),
    },
  };
}

function nextDrain(windows: readonly DrainWindow[], nowMs: number): Drain | null {
  if (windows.length === 0) return null;
  // The zone was known when the window was applied; another Node may know fewer.
  const known = windows.filter(({ timeZone }) => isTimeZone(timeZone));
  const period = openOrNext(known, nowMs);
  if (period === null) return null;
  const { start, end, window } = period;
  const why = window.reason === null ? '' : ` (${window.reason})`;
  const what = `the maintenance window of ${window.of} from ${instantText(start)} to ${instantText(end)}${why}`;
  return { startMs: start, endMs: end, what };
}

/** The one that starts first. */
function firstOf(one: Drain | null, other: Drain | null): Drain | null {
  if (one === null || other === null) return one ?? other;
  return other.startMs < one.startMs ? other : one;
}
