import type { Board } from '../ports.js';

/** The result of a requested health check. */
export type Verdict =
  | { readonly state: 'waiting' }
  | { readonly state: 'good'; readonly job: string | null }
  | { readonly state: 'bad'; readonly job: string | null; readonly reason: string };

/**
 * Judges by the state of the device in LAVA: a finished health check sets its job ID and Good or Bad; a configuration that
 * LAVA cannot use sets Bad without a job.
 * @param last job ID of the last health check that had finished before this one was requested
 */
export function verdictOn(board: Board | undefined, last: string | null): Verdict {
  if (board === undefined) return { state: 'bad', job: null, reason: 'the device no longer exists' };
  const { health, state, lastHealthCheck } = board;
  const job = lastHealthCheck === last ? null : lastHealthCheck;
  if (state !== 'Idle') return { state: 'waiting' };
  if (job !== null) {
    return health === 'Good'
      ? { state: 'good', job }
      : {
          state: 'bad',
          job,
          reason: `its health check, job ${job}, left it ${health ?? 'without health'}`,
        };
  }
  if (health === 'Unknown') return { state: 'waiting' };
  const reason =
    health === 'Bad'
      ? 'the master cannot use its configuration (health Bad without a health check)'
      : `somebody set it to ${health ?? 'an unknown health'} before its health check ran`;
  return { state: 'bad', job, reason };
}
