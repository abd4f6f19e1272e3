import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

import { ExternalError } from '../diagnostics/index.js';
import type { LockWait } from './ports.js';

/** A process, such that no other process anywhere is taken for it. */
export interface LockOwner {
  readonly host: string;
  /** Machine boot and process namespace: two containers with one host name differ in it. `''` where unknown. */
  readonly space: string;
  readonly pid: number;
  /** Clock ticks from boot to the start of the process; tells a process from a later one with its number. */
  readonly startTime: string;
}

export function thisProcess(): LockOwner {
  return {
    host: hostname(),
    space: `${readOr('/proc/sys/kernel/random/boot_id')} ${linkOr('/proc/self/ns/pid')}`.trim(),
    pid: process.pid,
    startTime: startTimeOf(process.pid),
  };
}

/** Whether the owner's process is certainly gone. False when it lives, or lives elsewhere, where nobody can tell. */
export function isDead(owner: LockOwner): boolean {
  const here = thisProcess();
  if (owner.host !== here.host || owner.space !== here.space) return false;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
  return owner.startTime !== '' && owner.startTime !== startTimeOf(owner.pid);
}

/** Field 22 of /proc/PID/stat (proc(5)); the command in field 2 may hold anything, also parentheses. */
function startTimeOf(pid: number): string {
  const stat = readOr(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function readOr(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    // Not Linux, or the process is gone: unknown.
    return '';
  }
}

function linkOr(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}

/** For what was read from a lock. */
export function isLockOwner(value: unknown): value is LockOwner {
  if (typeof value !== 'object' || value === null) return false;
  const { host, space, pid, startTime } = value as Partial<Record<keyof LockOwner, unknown>>;
  return (
    typeof host === 'string' &&
    typeof space === 'string' &&
    typeof pid === 'number' &&
    typeof startTime === 'string'
  );
}

/** @param where the lock */
export function lockTaken(where: string, owner: LockOwner, since: string): ExternalError {
  return new ExternalError({
    what: 'take the lock',
    where,
    why: `${describeOwner(owner)} holds it since ${since}`,
    retry: 'soon',
    hint: 'Try again when it has ended',
  });
}

/** What to tell who waits. @param leftMs how long it will */
export function waitFor(where: string, owner: LockOwner, since: string, leftMs: number): LockWait {
  const until = new Date(Date.now() + leftMs).toISOString();
  return { where, holder: describeOwner(owner), since, until };
}

/** A host's name in a lock is what somebody wrote there: no controls for a terminal. */
function describeOwner({ pid, host }: LockOwner): string {
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
