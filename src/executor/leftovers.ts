import { listProcesses, readProcess, sendSignal } from '../host/index.js';
import type { JobLog } from './log/job-log.js';

/**
 * Ends what commands of the job left running in the executor's process group. Only when the executor leads its group,
 * as it does when the agent starts it: in a group of others it cannot know what is left over.
 */
export async function endLeftovers(log: JobLog): Promise<void> {
  if (readProcess(process.pid)?.group !== process.pid) return;
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const left = leftovers();
    if (left.length === 0) return;
    if (attempt === 0) log.debug(`ending ${left.length} processes that the job left behind`);
    for (const pid of left) sendSignal(pid, attempt < 5 ? 'SIGTERM' : 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  log.error('processes of the job are still there after SIGKILL');
}

function leftovers(): number[] {
  return listProcesses().filter((pid) => {
    const status = pid === process.pid ? null : readProcess(pid);
    return status !== null && status.group === process.pid && !status.isZombie;
  });
}
