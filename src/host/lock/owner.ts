import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { isRunning } from '../process/identity.js';
import { bootId, isGoneOrHidden, readProcess } from '../process/proc.js';

/** Identifies a process among those on all machines that share a lock. */
export interface LockOwner {
  readonly host: string;
  /** Machine boot and process namespace: differs between two containers with the same host name. `''` if unknown. */
  readonly space: string;
  readonly pid: number;
  /** Clock ticks from boot to the start of the process; `''` if unknown. */
  readonly startTime: string;
}

export function thisProcess(): LockOwner {
  return {
    host: hostname(),
    space: `${bootId()} ${processNamespace()}`.trim(),
    pid: process.pid,
    startTime: readProcess(process.pid)?.startTime ?? '',
  };
}

/** Whether the owner's process has certainly ended. False if it is running, or on another machine, where we cannot see it. */
export function isDead(owner: LockOwner): boolean {
  const here = thisProcess();
  if (owner.host !== here.host || owner.space !== here.space) return false;
  if (!isRunning(owner.pid)) return true;
  if (owner.startTime === '') return false;
  const now = readProcess(owner.pid);
  // A process that is hidden from us may still be running.
  if (now === null) return !isRunning(owner.pid);
  return now.isZombie || now.startTime !== owner.startTime;
}

/** Validates a value that was read from a lock. */
export function isLockOwner(value: unknown): value is LockOwner {
  if (typeof value !== 'object' || value === null) return false;
  const { host, space, pid, startTime } = value as Partial<Record<keyof LockOwner, unknown>>;
  return (
    typeof host === 'string' &&
    typeof space === 'string' &&
    Number.isSafeInteger(pid) &&
    (pid as number) > 0 &&
    typeof startTime === 'string'
  );
}

function processNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch (error) {
    if (isGoneOrHidden(error)) return '';
    throw error;
  }
}
