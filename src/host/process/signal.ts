import { hasCode } from '../errno.js';

/**
 * Sends a signal to a process.
 * @returns false when it is gone, or belongs to another user
 */
export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if (hasCode(error, 'ESRCH', 'EPERM')) return false;
    throw error;
  }
}

/** `sendSignal` to all processes of a group. @param leader number of the process that leads it, or led it */
export function signalGroup(leader: number, signal: NodeJS.Signals): boolean {
  // -1 would address every process of this user, 0 our own group.
  if (!Number.isSafeInteger(leader) || leader <= 1) throw new RangeError(`not a process group: ${leader}`);
  return sendSignal(-leader, signal);
}
