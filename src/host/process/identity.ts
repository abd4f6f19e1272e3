/** A PID alone does not identify a process, because the kernel reuses PIDs. */
import { hasCode } from '../errno.js';
import { bootId, readProcess } from './proc.js';

export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks from boot to the start of the process. */
  readonly startTime: string;
  readonly bootId: string;
}

/** Null if the process does not exist, or only its exit code is left. */
export function identify(pid: number): ProcessIdentity | null {
  const status = readProcess(pid);
  return status === null || status.isZombie ? null : { pid, startTime: status.startTime, bootId: bootId() };
}

export function isAlive(identity: ProcessIdentity): boolean {
  const now = identify(identity.pid);
  return now?.startTime === identity.startTime && now.bootId === identity.bootId;
}

/** Whether a process with this PID exists, whatever user it belongs to. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !hasCode(error, 'ESRCH');
  }
}
