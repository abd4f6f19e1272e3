/** Processes of this machine as /proc shows them. A pid alone names no process: it is used again. */
import { readFile, readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasCode } from '../host/index.js';

export interface ProcessIdentity {
  readonly pid: number;
  /** In clock ticks since the machine started. */
  readonly startTime: string;
  readonly bootId: string;
}

interface ProcessStatus {
  readonly startTime: string;
  readonly group: number;
  readonly isDead: boolean;
}

/** The variable by which a process of a job is known wherever it puts itself; its value is unique to the job. */
export const jobCookieName = 'LAVAFLOW_JOB_COOKIE';

/** Null when there is no such process. */
export async function identify(pid: number): Promise<ProcessIdentity | null> {
  const status = await statusOf(pid);
  return status === null || status.isDead
    ? null
    : { pid, startTime: status.startTime, bootId: await bootId() };
}

export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  const now = await identify(identity.pid);
  return now?.startTime === identity.startTime && now.bootId === identity.bootId;
}

/**
 * Kills (SIGKILL) everything that a job has started: the process group of its leader, and every process that has the
 * job's cookie in its environment, in whatever group or session.
 * @returns how many processes would not die
 */
export async function killJob(leader: ProcessIdentity | null, cookie: string): Promise<number> {
  let left: number[] = [];
  for (let round = 0; round < 40; round += 1) {
    left = await findJob(leader, cookie);
    if (left.length === 0) return 0;
    for (const pid of left) sendSignal(pid, 'SIGKILL');
    await sleep(25);
  }
  return left.length;
}

/** Sends a signal; a process that is gone, or is another user's, gets none. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!hasCode(error, 'ESRCH', 'EPERM')) throw error;
  }
}

async function findJob(leader: ProcessIdentity | null, cookie: string): Promise<number[]> {
  const group = leader !== null && (await ownsGroup(leader)) ? leader.pid : null;
  const marker = `${jobCookieName}=${cookie}`;
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const status = await statusOf(pid);
    if (status === null || status.isDead) continue;
    if (status.group === group || (await hasVariable(pid, marker))) found.push(pid);
  }
  return found;
}

/** Whether the process group of this number is still the leader's: not after a reboot, not when the pid is used again. */
async function ownsGroup(leader: ProcessIdentity): Promise<boolean> {
  if (leader.bootId !== (await bootId())) return false;
  const now = await statusOf(leader.pid);
  return now === null || now.startTime === leader.startTime;
}

async function hasVariable(pid: number, marker: string): Promise<boolean> {
  const text = await readProc(`/proc/${pid}/environ`);
  return text?.split('\0').includes(marker) === true;
}

async function statusOf(pid: number): Promise<ProcessStatus | null> {
  const text = await readProc(`/proc/${pid}/stat`);
  if (text === null) return null;
  // The second field, the name, may hold blanks and brackets; the third follows the last bracket.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, , group] = fields;
  const startTime = fields[19];
  if (startTime === undefined) return null;
  return { startTime, group: Number(group), isDead: state === 'Z' || state === 'X' };
}

async function bootId(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
}

/** Null when the process is gone or is another user's. */
async function readProc(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'latin1');
  } catch {
    return null;
  }
}
