import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { hasCode } from '../errno.js';

/** A process as /proc/PID/stat shows it (proc(5)). */
export interface ProcessStatus {
  readonly pid: number;
  /** Its process group. */
  readonly group: number;
  /** Clock ticks from boot to its start: distinguishes it from a later process with the same number. */
  readonly startTime: string;
  /** It has ended, and its parent has not asked how. */
  readonly isZombie: boolean;
}

/**
 * Null when there is no such process, when it belongs to another user who hides it, and on systems without /proc.
 * @throws the system's error when nobody knows, for example because this process has too many files open
 */
export function readProcess(pid: number): ProcessStatus | null {
  let line: string;
  try {
    line = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch (error) {
    if (isGoneOrHidden(error)) return null;
    throw error;
  }
  // The command in field 2 may contain blanks and parentheses. Field 3 follows its last parenthesis.
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const [state = '', , group = ''] = fields;
  const startTime = fields[19];
  if (startTime === undefined) return null;
  return { pid, group: Number(group), startTime, isZombie: state === 'Z' || state === 'X' };
}

/** Numbers of all processes that this one may see. */
export function listProcesses(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Whether a process was started with `NAME=value` in its environment; false when that is not ours to see. */
export async function hasVariable(pid: number, assignment: string): Promise<boolean> {
  try {
    return (await readFile(`/proc/${pid}/environ`, 'latin1')).split('\0').includes(assignment);
  } catch (error) {
    if (isGoneOrHidden(error)) return false;
    throw error;
  }
}

/** Changes with every boot of the machine; `''` where it is unknown. */
export function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch (error) {
    if (isGoneOrHidden(error)) return '';
    throw error;
  }
}

/** A process may end between the opening of its file and the reading (ESRCH). */
export function isGoneOrHidden(error: unknown): boolean {
  return hasCode(error, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM');
}
