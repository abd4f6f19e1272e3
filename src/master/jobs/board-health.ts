import type { DeviceHealth } from '../../model/index.js';

/** How a job ended, as far as the health of its board is concerned. */
export interface BoardReport {
  readonly isHealthCheck: boolean;
  readonly isComplete: boolean;
  /** The job was canceled: by an operator, by its worker, or in the queue. */
  readonly isCanceled: boolean;
  /** The executor itself reported the result. Otherwise it died, or its worker lost the job. */
  readonly isReported: boolean;
  readonly errorType: string | null;
}

/** LAVA's types of errors that are caused by the lab and not by the job. */
const labErrors: readonly (string | null)[] = ['Bug', 'Configuration', 'Infrastructure'];

/**
 * How long the next health check waits after some in a row that had no result: the first is repeated at once, then the
 * delay doubles up to ten minutes. So a worker that cancels or loses every health check cannot make the master create any
 * number of jobs.
 */
export function checkDelayMs(lostChecks: number): number {
  return lostChecks < 2 ? 0 : Math.min(10_000 * 2 ** (lostChecks - 2), 600_000);
}

/** Whether the end of a health check is a result of the board: neither a canceled nor a lost one is. */
export function isVerdict({ isHealthCheck, isCanceled, isReported }: BoardReport): boolean {
  return isHealthCheck && isReported && !isCanceled;
}

/**
 * The health of a device after a job (docs/master.md has the table). As on LAVA 2023.01, except that
 * - a canceled health check changes nothing. LAVA makes the device Bad, so that it never runs a job again;
 * - a health check without a result of the executor makes a Good device Unknown instead of Bad: it is not about
 *   the board, and the next health check finds out;
 * - a health that was set by people (Looping, Maintenance, Retired) remains.
 */
export function healthAfter(device: DeviceHealth, report: BoardReport): DeviceHealth {
  if (device === 'Looping' || device === 'Maintenance' || device === 'Retired') return device;
  if (report.isCanceled) return device;
  if (isVerdict(report)) return report.isComplete ? 'Good' : 'Bad';
  if (report.isHealthCheck) return device === 'Good' ? 'Unknown' : device;
  return labErrors.includes(report.errorType) ? 'Unknown' : device;
}
