import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { isRunning } from '../process/identity.js';
import { bootId, isGoneOrHidden, readProcess } from '../process/proc.js';

/** Identifies a process among those of all machines that share a lock. */
export interface LockOwner {
  readonly host: string;
  /** Machine boot and process namespace: two containers with one host name differ in it. `''` where unknown. */
  readonly space: string;
  readonly pid: number;
  /** Clock ticks from boot to the start of the process; `''` where unknown. */
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

/** Whether the owner's process is certainly gone. False when it lives, or is elsewhere, where nobody can tell. */
export function isDead(owner: LockOwner): boolean {
  const here = thisProcess();
  if (owner.host !== here.host || owner.space !== here.space) return false;
  if (!isRunning(owner.pid)) return true;
  if (owner.startTime === '') return false;
  const now = readProcess(owner.pid);
  // Hidden from us is not gone.
  if (now === null) return !isRunning(owner.pid);
  return now.isZombie || now.startTime !== owner.startTime;
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

function processNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch (error) {
    if (isGoneOrHidden(error)) return '';
    throw error;
  }
}
