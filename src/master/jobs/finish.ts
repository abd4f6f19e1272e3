import type { DeviceHealth } from '../../model/index.js';
import type { JobHealth } from '../states.js';
import { findDevice, updateDevice } from '../store/configuration/devices.js';
import { updateJob, type JobSummary } from '../store/jobs/jobs.js';
import type { Tx } from '../store/open-store.js';
import { isLeftOn } from './power.js';

/** How a job ended. */
export interface JobOutcome {
  readonly health: Exclude<JobHealth, 'Unknown'>;
  readonly errorType?: string;
  readonly errorMessage?: string;
  readonly failureComment?: string;
}

/** LAVA's types of errors that are caused by the lab and not by the job. */
const labErrors: readonly (string | undefined)[] = ['Bug', 'Configuration', 'Infrastructure'];

/**
 * Any unfinished state -> Finished, and the consequences for the device (reference: LAVA 2023.01):
 * - a job that was being canceled becomes Canceled, however it ended;
 * - a health check makes a device Good or Bad, unless the device is Looping, in Maintenance or Retired;
 * - another job that failed because of the lab makes its device Unknown, so that the health check runs next.
 *   LAVA does this even to devices in Maintenance and Retired; here a health that was set by people stays;
 * - a device that could not be powered off becomes Bad: nobody knows its state, and a health check cannot fix it.
 */
export async function finishJob(tx: Tx, job: JobSummary, outcome: JobOutcome, at: Date): Promise<void> {
  const health = job.state === 'Canceling' ? 'Canceled' : outcome.health;
  await updateJob(tx, job.id, {
    state: 'Finished',
    health,
    endTime: at,
    errorType: outcome.errorType ?? null,
    errorMessage: outcome.errorMessage ?? null,
    failureComment: outcome.failureComment ?? job.failureComment,
  });
  if (job.device === null) return;
  const device = await findDevice(tx, job.device);
  if (device === undefined) return;
  const next = job.healthCheck
    ? afterHealthCheck(device.health, health)
    : afterJob(device.health, health === 'Canceled' ? undefined : outcome.errorType);
  if (job.healthCheck) await updateDevice(tx, device.hostname, { lastHealthReportJob: job.id });
  const isUsable = device.health === 'Good' || device.health === 'Unknown' || device.health === 'Bad';
  if (isUsable && (await isLeftOn(tx, job.id))) {
    const healthReason = `job ${job.id} could not power it off`;
    await updateDevice(tx, device.hostname, { health: 'Bad', healthReason });
    return;
  }
  if (next === device.health) return;
  const healthReason = `job ${job.id} ended ${health}${because(outcome)}`;
  await updateDevice(tx, device.hostname, { health: next, healthReason });
}

function afterHealthCheck(device: DeviceHealth, health: JobHealth): DeviceHealth {
  if (device === 'Looping' || device === 'Maintenance' || device === 'Retired') return device;
  return health === 'Complete' ? 'Good' : 'Bad';
}

function afterJob(device: DeviceHealth, errorType: string | undefined): DeviceHealth {
  if (!labErrors.includes(errorType)) return device;
  return device === 'Good' || device === 'Bad' ? 'Unknown' : device;
}

function because({ errorType, errorMessage }: JobOutcome): string {
  if (errorType === undefined) return '';
  return errorMessage === undefined ? `: ${errorType}` : `: ${errorType}: ${errorMessage.slice(0, 200)}`;
}
