import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { hasCode } from '../errno.js';

/** A process as described by /proc/PID/stat (proc(5)). */
export interface ProcessStatus {
  readonly pid: number;
  readonly parent: number;
  /** Its process group. */
  readonly group: number;
  /** Clock ticks from boot to its start: distinguishes it from a later process with the same PID. */
  readonly startTime: string;
  /** It has exited, and its parent has not collected its status yet. */
  readonly isZombie: boolean;
}

/**
 * Null if the process does not exist, if it belongs to another user and is hidden, or if the system has no /proc.
 * @throws what the operating system reports if this cannot be determined, e.g. because this process has too many open files
 */
export function readProcess(pid: number): ProcessStatus | null {
  let line: string;
  try {
    line = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch (error) {
    if (isGoneOrHidden(error)) return null;
    throw error;
  }
  // The command in field 2 may contain spaces and parentheses. Field 3 follows the last parenthesis.
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const [state = '', parent = '', group = ''] = fields;
  const startTime = fields[19];
  if (startTime === undefined) return null;
  return {
    pid,
    parent: Number(parent),
    group: Number(group),
    startTime,
    isZombie: state === 'Z' || state === 'X',
  };
}

/** The user ID of a process; null if it does not exist or is hidden. */
export function readOwner(pid: number): number | null {
  try {
    const uid = /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return uid === undefined ? null : Number(uid);
  } catch (error) {
    if (isGoneOrHidden(error)) return null;
    throw error;
  }
}

/** PIDs of all processes that are visible to this one. */
export function listProcesses(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Whether a process was started with `NAME=value` in its environment; false if we may not read it. */
export async function hasVariable(pid: number, assignment: string): Promise<boolean> {
  try {
    return (await readFile(`/proc/${pid}/environ`, 'latin1')).split('\0').includes(assignment);
  } catch (error) {
    if (isGoneOrHidden(error)) return false;
    throw error;
  }
}

/** Changes with every boot of the machine; `''` if unknown. */
export function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch (error) {
    if (isGoneOrHidden(error)) return '';
    throw error;
  }
}

/** A process may end after its file was opened and before it is read (ESRCH). */
export function isGoneOrHidden(error: unknown): boolean {
  return hasCode(error, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM');
}
