import type { MasterContext } from '../context.js';
import { findJobSummary, updateJob } from '../store/jobs.js';
import type { Tx } from '../store/open-store.js';
import { finishJob } from './finish.js';

/** How long after its END the result of a job may still be on its way in the log (a stock lava-run's). */
export const resultGraceMs = 60_000;

/**
 * START_OK: Scheduled -> Running. Nothing when the job is not this worker's, or in another state: a dispatcher says
 * it again after each START and STATUS.
 */
export async function markStarted(context: MasterContext, worker: string, jobId: number): Promise<void> {
  const started = await context.store.write(async (tx, tell) => {
    const job = await findJobSummary(tx, jobId);
    if (job?.worker !== worker || job.startTime !== null) return false;
    if (job.state !== 'Scheduled' && job.state !== 'Canceling') return false;
    await updateJob(tx, jobId, {
      startTime: context.now(),
      state: job.state === 'Scheduled' ? 'Running' : 'Canceling',
    });
    tell({ kind: 'job', id: jobId, worker });
    return true;
  });
  if (!started) return;
  context.log.info({ job: jobId, worker }, 'job started');
}

/**
 * END: the job's process is over. Most often its log said how it ended. Without a description the process died, or
 * the worker does not know the job (it lost it): the job is Incomplete, and the fault is the lab's. With one, the
 * result may still be on its way: the job waits for it, `resultGraceMs` at most.
 */
export async function markEnded(
  context: MasterContext,
  worker: string,
  jobId: number,
  end: { readonly errors: string; readonly description: string },
): Promise<void> {
  const changed = await context.store.write(async (tx, tell) => {
    const job = await findJobSummary(tx, jobId);
    if (job?.worker !== worker) return false;
    if (end.description !== '') await updateJob(tx, jobId, { pipelineDescription: end.description });
    if (job.state === 'Finished') return false;
    tell({ kind: 'job', id: jobId, worker });
    if (end.description !== '') {
      if (job.endedAt === null) await updateJob(tx, jobId, { endedAt: context.now() });
      return true;
    }
    const errors = end.errors.trim();
    await finishJob(
      tx,
      job,
      {
        health: 'Incomplete',
        errorType: 'Infrastructure',
        errorMessage: 'the job ended on its worker without a result',
        failureComment:
          errors === '' ? 'The worker lost the job, or its process died.' : errors.slice(0, 10_000),
      },
      context.now(),
    );
    return true;
  });
  if (!changed) return;
  context.log.info({ job: jobId, worker }, 'job ended on its worker');
}

/** Ends the jobs whose process is over for longer than `resultGraceMs` without a result in the log. */
export async function finishWithoutResult(tx: Tx, jobIds: readonly number[], now: Date): Promise<void> {
  for (const id of jobIds) {
    const job = await findJobSummary(tx, id);
    if (job === undefined || job.state === 'Finished') continue;
    await finishJob(
      tx,
      job,
      {
        health: 'Incomplete',
        errorType: 'Infrastructure',
        errorMessage: 'the log of the job has no result',
        failureComment: 'The process of the job ended, but its log has no result.',
      },
      now,
    );
  }
}
