import type { Stage } from '../../job/index.js';
import type { WatchdogSettings } from './settings.js';

/** What the watchdog knows about an executor that is still running. Times are those of `steadyMs`. */
export interface Watched {
  /** Null if the executor has not announced one yet. */
  readonly stage: Stage | null;
  readonly startedMs: number;
  readonly canceledMs: number | null;
  readonly isKillRequested: boolean;
}

export type Verdict =
  | { readonly kind: 'wait' }
  | { readonly kind: 'terminate'; readonly times: 1 | 2 }
  | {
      readonly kind: 'kill';
      readonly message: string;
      readonly errorType: 'Canceled' | 'Infrastructure';
      /** The job itself exceeded its timeout. */
      readonly isTimeout?: boolean;
    };

/** How long an executor may take to start and to read its job. */
const startLimitMs = 60_000;

/**
 * Decides what to do with a running executor: ask it to end once or twice after a cancellation, and kill it if it does
 * not end in time or has exceeded the limit that it announced itself.
 */
export function judgeExecutor(
  watched: Watched,
  settings: Pick<WatchdogSettings, 'termAgainAfterMs' | 'killAfterMs' | 'graceMs'>,
  nowMs: number,
): Verdict {
  const { stage, startedMs, canceledMs, isKillRequested } = watched;
  const canceledForMs = canceledMs === null ? null : nowMs - canceledMs;
  if (isKillRequested || (canceledForMs !== null && canceledForMs >= settings.killAfterMs)) {
    return {
      kind: 'kill',
      message: 'The job was cancelled, and its executor did not end in time',
      errorType: 'Canceled',
    };
  }
  const sinceMs = stage?.sinceMs ?? startedMs;
  const limitMs = stage?.limitMs ?? startLimitMs;
  if (nowMs - sinceMs > limitMs + settings.graceMs) {
    const seconds = Math.round(limitMs / 1000);
    return {
      kind: 'kill',
      message: `${nameOf(stage)} did not end within ${seconds} seconds, because the job's executor does not respond: its watchdog ended it`,
      errorType: 'Infrastructure',
      isTimeout: stage?.name === 'running' && canceledMs === null,
    };
  }
  if (canceledForMs === null) return { kind: 'wait' };
  if (canceledForMs >= settings.termAgainAfterMs) return { kind: 'terminate', times: 2 };
  // It is ending already: another SIGTERM, from a watchdog that was restarted, would cancel its clean-up.
  return stage?.name === 'finalizing' ? { kind: 'wait' } : { kind: 'terminate', times: 1 };
}

function nameOf(stage: Stage | null): string {
  switch (stage?.name) {
    case undefined:
      return 'The start of the job';
    case 'validating':
      return 'The validation of the job';
    case 'running':
      return 'The job';
    case 'finalizing':
      return 'The end of the job';
  }
}
