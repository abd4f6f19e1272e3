import { setTimeout as sleep } from 'node:timers/promises';
import {
  bootId,
  hasVariable,
  killCgroup,
  listProcesses,
  readOwner,
  readProcess,
  removeCgroup,
  sendSignal,
  type ProcessIdentity,
} from '../host/index.js';
import { isOfOneJob, noIsolation, type Isolation } from './isolation/isolation.js';

/** The variable that marks every process of a job, wherever it moves; its value is unique to the job. */
export const jobCookieName = 'LAVAFLOW_JOB_COOKIE';

/**
 * Kills (SIGKILL) everything that a job started: the process group of its leader, every process with the job's cookie in
 * its environment, in any group or session, every process of its user, if that is the user of this job alone, and everything
 * in its control group. If the job has namespaces of its own, the kernel kills the rest when the leader is gone.
 * @returns how many processes did not end
 */
export async function killJob(
  leader: ProcessIdentity | null,
  cookie: string,
  { user, cgroup = null }: Isolation = noIsolation,
): Promise<number> {
  let left: number[] = [];
  for (let round = 0; round < 40; round += 1) {
    const isPopulated = cgroup !== null && (await killCgroup(cgroup));
    left = await findJob(leader, cookie, user !== null && isOfOneJob(user) ? user.uid : null);
    if (left.length === 0 && !isPopulated) {
      if (cgroup !== null) await removeCgroup(cgroup);
      return 0;
    }
    for (const pid of left) sendSignal(pid, 'SIGKILL');
    await sleep(25);
  }
  // Processes that are only in the control group are not counted.
  return Math.max(1, left.length);
}

async function findJob(
  leader: ProcessIdentity | null,
  cookie: string,
  uid: number | null,
): Promise<number[]> {
  const group = leader !== null && ownsGroup(leader) ? leader.pid : null;
  const marker = `${jobCookieName}=${cookie}`;
  const found: number[] = [];
  for (const pid of listProcesses()) {
    if (pid === process.pid) continue;
    const status = readProcess(pid);
    if (status === null || status.isZombie) continue;
    const isOurs = status.group === group || (uid !== null && readOwner(pid) === uid);
    if (isOurs || (await hasVariable(pid, marker))) found.push(pid);
  }
  return found;
}

/** Whether the number still identifies the leader's process group: not after a reboot, nor if the number was reused. */
function ownsGroup(leader: ProcessIdentity): boolean {
  if (leader.bootId !== bootId()) return false;
  const now = readProcess(leader.pid);
  return now === null || now.startTime === leader.startTime;
}
