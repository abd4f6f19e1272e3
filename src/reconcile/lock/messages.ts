import { ExternalError } from '../../diagnostics/index.js';
import type { LockWait } from '../ports.js';

/** The process that holds a lock, as recorded in the lock. */
export interface LockHolder {
  readonly host: string;
  readonly pid: number;
}

/** @param where path or ref of the lock. @param since ISO 8601, UTC */
export function lockTaken(where: string, holder: LockHolder, since: string): ExternalError {
  return new ExternalError({
    what: 'acquire the lock',
    where,
    why: `${describeHolder(holder)} has held it since ${since}`,
    retry: 'soon',
    hint: 'Try again after it has finished.',
  });
}

/** What to report to a user who waits. @param leftMs how much longer this process will wait */
export function waitFor(where: string, holder: LockHolder, since: string, leftMs: number): LockWait {
  const until = new Date(Date.now() + leftMs).toISOString();
  return { where, holder: describeHolder(holder), since, until };
}

/** As {@link waitFor}, for a lock whose text is damaged: it becomes free if nobody renews it. */
export function waitForDamaged(where: string, leftMs: number): LockWait {
  const now = Date.now();
  const [since = '', until = ''] = [now, now + leftMs].map((at) => new Date(at).toISOString());
  return { where, holder: 'nobody that is known (the lock is damaged)', since, until };
}

/** Anyone can write a host name into a lock: remove control characters before it reaches a terminal. */
function describeHolder({ pid, host }: LockHolder): string {
  return `process ${pid} on ${host.replace(/[^\w.-]/g, '?').slice(0, 100)}`;
}

export function lockLost(where: string): ExternalError {
  return new ExternalError({
    what: 'keep the lock',
    where,
    why: 'another process acquired it, or may have: this one did not renew it in time',
    retry: 'soon',
  });
}
