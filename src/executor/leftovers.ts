import { listProcesses, readProcess, sendSignal } from '../host/index.js';
import type { JobLog } from './log/job-log.js';

/**
 * Ends the processes that commands of the job left in the executor's process group. It does so only if the executor leads
 * its group, as it does if the agent started it. In another group it cannot know which processes belong to the job.
 */
export async function endLeftovers(log: JobLog): Promise<void> {
  if (readProcess(process.pid)?.group !== process.pid) return;
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const left = leftovers();
    if (left.length === 0) return;
    if (attempt === 0) log.debug(`ending ${left.length} processes that the job left running`);
    for (const pid of left) sendSignal(pid, attempt < 5 ? 'SIGTERM' : 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  log.error('processes of the job are still running after SIGKILL');
}

function leftovers(): number[] {
  return listProcesses().filter((pid) => {
    const status = pid === process.pid ? null : readProcess(pid);
    return status !== null && status.group === process.pid && !status.isZombie;
  });
}
