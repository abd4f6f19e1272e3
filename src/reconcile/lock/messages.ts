import { ExternalError } from '../../diagnostics/index.js';
import type { LockWait } from '../ports.js';

/** A process that holds a lock: what its lock shows of it. */
export interface LockHolder {
  readonly host: string;
  readonly pid: number;
}

/** @param where the lock. @param since ISO 8601, UTC */
export function lockTaken(where: string, holder: LockHolder, since: string): ExternalError {
  return new ExternalError({
    what: 'take the lock',
    where,
    why: `${describeHolder(holder)} has held it since ${since}`,
    retry: 'soon',
    hint: 'Try again when it has ended.',
  });
}

/** What to tell a user who waits. @param leftMs how much longer it will wait */
export function waitFor(where: string, holder: LockHolder, since: string, leftMs: number): LockWait {
  const until = new Date(Date.now() + leftMs).toISOString();
  return { where, holder: describeHolder(holder), since, until };
}

/** The name of a host in a lock is what somebody wrote there: no control characters for a terminal. */
function describeHolder({ pid, host }: LockHolder): string {
  return `process ${pid} on ${host.replace(/[^\w.-]/g, '?').slice(0, 100)}`;
}

export function lockLost(where: string): ExternalError {
  return new ExternalError({
    what: 'keep the lock',
    where,
    why: 'another process took it, or may have: this one did not renew it in time',
    retry: 'soon',
  });
}
