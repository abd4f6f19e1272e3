import type { JobHealth } from '../states.js';
import { findDevice, updateDevice } from '../store/configuration/devices.js';
import { updateJob, type JobSummary } from '../store/jobs/jobs.js';
import type { Tx } from '../store/open-store.js';
import { checkDelayMs, healthAfter, isVerdict } from './board-health.js';
import { isLeftOn } from './power.js';

/** How a job ended. */
export interface JobOutcome {
  readonly health: Exclude<JobHealth, 'Unknown'>;
  /** Whether the executor reported this outcome. False if it died or its worker lost the job. */
  readonly isReported: boolean;
  readonly errorType?: string;
  readonly errorMessage?: string;
  readonly failureComment?: string;
}

/**
 * Any unfinished state -> Finished, and the consequences for the device (board-health.ts). Frees the board, so it may only
 * be called when nothing of the job runs any more: a job that was being canceled becomes Canceled, however it ended. A
 * device that could not be powered off becomes Bad: nobody knows its state, and a health check cannot fix it.
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
  const report = {
    isHealthCheck: job.healthCheck,
    isComplete: health === 'Complete',
    isCanceled: health === 'Canceled' || outcome.errorType === 'Canceled',
    isReported: outcome.isReported,
    errorType: outcome.errorType ?? null,
  };
  if (isVerdict(report)) {
    const change = { lastHealthReportJob: job.id, lostChecks: 0, checkNotBefore: null };
    await updateDevice(tx, device.hostname, change);
  } else if (job.healthCheck) {
    const lostChecks = device.lostChecks + 1;
    const checkNotBefore = new Date(at.getTime() + checkDelayMs(lostChecks)).toISOString();
    await updateDevice(tx, device.hostname, { lostChecks, checkNotBefore });
  }
  const isUsable = device.health === 'Good' || device.health === 'Unknown' || device.health === 'Bad';
  if (isUsable && (await isLeftOn(tx, job.id))) {
    const healthReason = `job ${job.id} could not power it off`;
    await updateDevice(tx, device.hostname, { health: 'Bad', healthReason });
    return;
  }
  const next = healthAfter(device.health, report);
  if (next === device.health) return;
  const healthReason = `job ${job.id} ended ${health}${because(outcome)}`;
  await updateDevice(tx, device.hostname, { health: next, healthReason });
}

function because({ errorType, errorMessage }: JobOutcome): string {
  if (errorType === undefined) return '';
  return errorMessage === undefined ? `: ${errorType}` : `: ${errorType}: ${errorMessage.slice(0, 200)}`;
}
