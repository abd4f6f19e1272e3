import { hasCode } from '../errno.js';

/**
 * Sends a signal to a process.
 * @returns false if it has ended, or belongs to another user
 */
export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if (hasCode(error, 'ESRCH', 'EPERM')) return false;
    throw error;
  }
}

/** Like `sendSignal`, for all processes of a group. @param leader PID of the process that leads it, or led it */
export function signalGroup(leader: number, signal: NodeJS.Signals): boolean {
  // -1 would signal every process of this user, 0 our own group.
  if (!Number.isSafeInteger(leader) || leader <= 1) throw new RangeError(`not a process group ID: ${leader}`);
  return sendSignal(-leader, signal);
}
