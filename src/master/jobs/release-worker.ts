import type { MasterContext } from '../context.js';
import { updateWorker, findWorker } from '../store/configuration/workers.js';
import { findJobSummary, unfinishedJobsOfWorker } from '../store/jobs/jobs.js';
import { finishJob } from './finish.js';

export type Release =
  | { readonly kind: 'released'; readonly jobs: readonly number[] }
  | { readonly kind: 'unknown' }
  /** Its dispatcher is connected, or was until less than 60 s ago. */
  | { readonly kind: 'online' };

/**
 * Handles an operator's word that the dispatcher of a worker is gone for good and that its boards are off: its unfinished
 * jobs become Incomplete, their boards are checked next, and the next dispatcher with the worker's key acts as the worker.
 * Does nothing while the worker is Online: its dispatcher ends its own jobs.
 */
export async function releaseWorker(context: MasterContext, hostname: string, by: string): Promise<Release> {
  const release = await context.store.write(async (tx, tell): Promise<Release> => {
    const worker = await findWorker(tx, hostname);
    if (worker === undefined) return { kind: 'unknown' };
    if (worker.state === 'Online') return { kind: 'online' };
    const jobs = (await unfinishedJobsOfWorker(tx, hostname)).map(({ id }) => id);
    for (const id of jobs) {
      const job = await findJobSummary(tx, id);
      if (job === undefined) continue;
      const outcome = {
        health: 'Incomplete',
        isReported: false,
        errorType: 'Infrastructure',
        errorMessage: 'the dispatcher of the worker is gone',
        failureComment: `${by} released the worker ${hostname}: its dispatcher is gone.`,
      } as const;
      await finishJob(tx, job, outcome, context.now());
      tell({ kind: 'job', id, worker: hostname });
    }
    await updateWorker(tx, hostname, { agent: null, conflict: null });
    tell({ kind: 'worker', hostname });
    return { kind: 'released', jobs };
  });
  if (release.kind === 'released') {
    context.log.warn({ worker: hostname, by, jobs: release.jobs }, 'worker released');
  }
  return release;
}
