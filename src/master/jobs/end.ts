import type { MasterContext } from '../context.js';
import type { JobEnd } from '../workers/ports.js';
import { workerClient } from '../reading/reader.js';
import { findJobSummary, updateJob } from '../store/jobs/jobs.js';
import type { Tx } from '../store/open-store.js';
import { finishJob } from './finish.js';

/** How long after its END the result of a job may still arrive in the log (from a stock lava-run). */
export const resultGraceMs = 60_000;

/**
 * Handles START_OK: Scheduled -> Running. Does nothing if the job belongs to another worker or is in another state,
 * because a dispatcher repeats START_OK after each START and STATUS.
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
 * Handles END: the job's process has ended. Usually its log already contains the result. Otherwise, if there is no
 * description, the process died or the worker has lost the job: the job becomes Incomplete, with an error of the lab.
 * If there is one, the result may still arrive: the job waits for it for at most `resultGraceMs`. The description is
 * decoded only if the job belongs to the worker.
 */
export async function markEnded(
  context: MasterContext,
  worker: string,
  jobId: number,
  end: JobEnd,
): Promise<void> {
  if (!(await belongsTo(context, worker, jobId))) return;
  const description = await context.reader.description(end.description, workerClient(worker));
  const changed = await context.store.write(async (tx, tell) => {
    const job = await findJobSummary(tx, jobId);
    if (job?.worker !== worker) return false;
    if (description !== '') await updateJob(tx, jobId, { pipelineDescription: description });
    if (job.state === 'Finished') return false;
    tell({ kind: 'job', id: jobId, worker });
    if (description !== '') {
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
        failureComment: errors === '' ? 'The worker lost the job, or its process died.' : errors,
      },
      context.now(),
    );
    return true;
  });
  if (!changed) return;
  context.log.info({ job: jobId, worker }, 'job ended on its worker');
}

/** Whether a job was scheduled for this worker. */
export async function belongsTo({ store }: MasterContext, worker: string, jobId: number): Promise<boolean> {
  return (await findJobSummary(store.db, jobId))?.worker === worker;
}

/** Finishes the jobs whose process ended more than `resultGraceMs` ago and whose log does not contain a result. */
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
