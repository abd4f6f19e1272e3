import { setTimeout as sleep } from 'node:timers/promises';
import {
  bootId,
  hasVariable,
  listProcesses,
  readProcess,
  sendSignal,
  type ProcessIdentity,
} from '../host/index.js';

/** The variable that marks every process of a job, wherever it moves; its value is unique to the job. */
export const jobCookieName = 'LAVAFLOW_JOB_COOKIE';

/**
 * Kills (SIGKILL) everything that a job started: the process group of its leader, and every process with the job's
 * cookie in its environment, in any group or session.
 * @returns how many processes did not end
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

async function findJob(leader: ProcessIdentity | null, cookie: string): Promise<number[]> {
  const group = leader !== null && ownsGroup(leader) ? leader.pid : null;
  const marker = `${jobCookieName}=${cookie}`;
  const found: number[] = [];
  for (const pid of listProcesses()) {
    if (pid === process.pid) continue;
    const status = readProcess(pid);
    if (status === null || status.isZombie) continue;
    if (status.group === group || (await hasVariable(pid, marker))) found.push(pid);
  }
  return found;
}

/** Whether the number still identifies the leader's process group: not after a reboot, nor if the number was reused. */
function ownsGroup(leader: ProcessIdentity): boolean {
  if (leader.bootId !== bootId()) return false;
  const now = readProcess(leader.pid);
  return now === null || now.startTime === leader.startTime;
}
