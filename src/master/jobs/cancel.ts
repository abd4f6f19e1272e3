import type { MasterContext } from '../context.js';
import { findJobSummary, updateJob } from '../store/jobs/jobs.js';
import { finishJob } from './finish.js';

/**
 * Cancels a job. Submitted -> Finished (Canceled) immediately; Scheduled and Running -> Canceling, and the worker is
 * notified. Does nothing if the job is already Canceling or Finished.
 * @returns false if the job does not exist
 */
export async function cancelJob(context: MasterContext, id: number, by: string): Promise<boolean> {
  const job = await context.store.write(async (tx, tell) => {
    const found = await findJobSummary(tx, id);
    if (found?.state === 'Submitted') {
      await finishJob(
        tx,
        found,
        { health: 'Canceled', isReported: false, failureComment: `Canceled by ${by} in the queue.` },
        context.now(),
      );
    } else if (found?.state === 'Scheduled' || found?.state === 'Running') {
      await updateJob(tx, id, { state: 'Canceling', failureComment: `Canceled by ${by}.` });
    }
    if (found !== undefined) tell({ kind: 'job', id, worker: found.worker });
    return found;
  });
  if (job === undefined) return false;
  context.log.info({ job: id, by, state: job.state }, 'job cancellation requested');
  return true;
}
