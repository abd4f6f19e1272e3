import type { Board } from '../ports.js';

/** What a health check that was asked for has come to. */
export type Verdict =
  | { readonly state: 'waiting' }
  | { readonly state: 'good'; readonly job: string | null }
  | { readonly state: 'bad'; readonly job: string | null; readonly reason: string };

/**
 * Judges by what LAVA makes of the device: a health check that ended sets its number, and Good or Bad; a configuration
 * that cannot be used sets Bad without one.
 * @param last number of the health check that had ended last before this one was asked for
 */
export function verdictOn(board: Board | undefined, last: string | null): Verdict {
  if (board === undefined) return { state: 'bad', job: null, reason: 'the device is gone' };
  const { health, state, lastHealthCheck } = board;
  const job = lastHealthCheck === last ? null : lastHealthCheck;
  if (state !== 'Idle') return { state: 'waiting' };
  if (job !== null) {
    return health === 'Good'
      ? { state: 'good', job }
      : {
          state: 'bad',
          job,
          reason: `its health check, job ${job}, leaves it ${health ?? 'without health'}`,
        };
  }
  if (health === 'Unknown') return { state: 'waiting' };
  const reason =
    health === 'Bad'
      ? 'the master cannot use its configuration (health Bad without a health check)'
      : `somebody made it ${health ?? 'something unknown'} before its health check ran`;
  return { state: 'bad', job, reason };
}
