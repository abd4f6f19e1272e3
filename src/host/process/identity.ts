/** A number alone does not identify a process: the kernel uses it again. */
import { hasCode } from '../errno.js';
import { bootId, readProcess } from './proc.js';

export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks from boot to the start of the process. */
  readonly startTime: string;
  readonly bootId: string;
}

/** Null when there is no such process, or only its exit code is left. */
export function identify(pid: number): ProcessIdentity | null {
  const status = readProcess(pid);
  return status === null || status.isZombie ? null : { pid, startTime: status.startTime, bootId: bootId() };
}

export function isAlive(identity: ProcessIdentity): boolean {
  const now = identify(identity.pid);
  return now?.startTime === identity.startTime && now.bootId === identity.bootId;
}

/** Whether there is a process with this number, whosever it is. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !hasCode(error, 'ESRCH');
  }
}
