/**
 * A suspension of a master: a person decided that lavaflow writes nothing to it for a while.
 *
 *   (none) -> active     `lavaflow suspend`
 *   active -> ended      the time `until` is reached, without anybody's action
 *   ended  -> (told)     the next run that may write reports the end, once
 *   any    -> (none)     `lavaflow resume`; or a new suspension replaces it
 *
 * Active or ended is a function of the value and the time alone: after a clock was wrong and is corrected, the state is
 * correct again.
 */
export interface Suspension {
  readonly master: string;
  /** Who is responsible: `@login` of GitHub, or `Name <address>`. */
  readonly owner: string;
  readonly reason: string;
  /** ISO 8601, UTC. */
  readonly since: string;
  /** ISO 8601, UTC: from then on, the master is reconciled again. */
  readonly until: string;
  /** Whether a run has reported its end. */
  readonly isEndTold?: true;
}

/** A longer one is a change of the lab, which others review. */
export const mostSuspendedDays = 30;

export function isSuspended(suspension: Suspension | null, now: Date): suspension is Suspension {
  return suspension !== null && now.getTime() < Date.parse(suspension.until);
}

/** Whether it has ended, and no run has reported that. */
export function hasUntoldEnd(suspension: Suspension | null, now: Date): suspension is Suspension {
  if (suspension === null || suspension.isEndTold === true) return false;
  return !isSuspended(suspension, now);
}

/** `until 2026-12-05T18:00:00Z by Jane <jane@example.com>, since 2026-12-01T08:00:00Z: moving the racks` */
export function describeSuspension({ owner, reason, since, until }: Suspension): string {
  return `until ${toSecond(until)} by ${owner}, since ${toSecond(since)}: ${reason}`;
}

function toSecond(time: string): string {
  return time.replace(/\.\d+Z$/, 'Z');
}
