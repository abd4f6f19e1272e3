import type { MasterContext } from '../context.js';
import type { JobEnd } from '../workers/ports.js';
import { workerClient } from '../reading/reader.js';
import { findJobSummary, updateJob, type JobSummary } from '../store/jobs/jobs.js';
import type { Tx } from '../store/open-store.js';
import { finishJob, type JobOutcome } from './finish.js';

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
 * Handles END: nothing of the job runs any more. Only this finishes a job that a worker has, and so frees its board.
 * Usually its log already contains the result. Otherwise, if there is no description, the process died or the worker
 * has lost the job: the job becomes Incomplete, with an error of the lab. If there is one, the result may still arrive:
 * the job waits for it for at most `resultGraceMs`. Does nothing if the job is finished. The description is decoded only
 * if the job belongs to the worker.
 */
export async function markEnded(
  context: MasterContext,
  worker: string,
  jobId: number,
  end: JobEnd,
): Promise<void> {
  const before = await findJobSummary(context.store.db, jobId);
  if (before?.worker !== worker || before.state === 'Finished') return;
  const description = await context.reader.description(end.description, workerClient(worker));
  const finished = await context.store.write(async (tx, tell) => {
    const job = await findJobSummary(tx, jobId);
    if (job?.worker !== worker || job.state === 'Finished') return false;
    if (description !== '') await updateJob(tx, jobId, { pipelineDescription: description });
    tell({ kind: 'job', id: jobId, worker });
    if (job.result !== null) {
      await finishJob(tx, job, outcomeOf(job), context.now());
      return true;
    }
    if (description !== '') {
      if (job.endedAt === null) await updateJob(tx, jobId, { endedAt: context.now() });
      return false;
    }
    const errors = end.errors.trim();
    const failureComment = errors === '' ? 'The worker lost the job, or its process died.' : errors;
    await finishJob(
      tx,
      job,
      { ...lost, errorMessage: 'the job ended on its worker without a result', failureComment },
      context.now(),
    );
    return true;
  });
  if (finished) context.log.info({ job: jobId, worker }, 'job finished');
}

/** Whether a job was scheduled for this worker. */
export async function belongsTo({ store }: MasterContext, worker: string, jobId: number): Promise<boolean> {
  return (await findJobSummary(store.db, jobId))?.worker === worker;
}

/** The outcome of a job whose log contains its result. */
export function outcomeOf({
  result,
  errorType,
  errorMessage,
  isReported,
}: Pick<JobSummary, 'result' | 'errorType' | 'errorMessage' | 'isReported'>): JobOutcome {
  return {
    health: result === 'pass' ? 'Complete' : 'Incomplete',
    isReported,
    ...(errorType === null ? {} : { errorType }),
    ...(errorMessage === null ? {} : { errorMessage }),
  };
}

const lost = { health: 'Incomplete', isReported: false, errorType: 'Infrastructure' } as const;

/** Finishes the jobs whose process ended more than `resultGraceMs` ago and whose log does not contain a result. */
export async function finishWithoutResult(tx: Tx, jobIds: readonly number[], now: Date): Promise<void> {
  for (const id of jobIds) {
    const job = await findJobSummary(tx, id);
    if (job === undefined || job.state === 'Finished') continue;
    await finishJob(
      tx,
      job,
      {
        ...lost,
        errorMessage: 'the log of the job has no result',
        failureComment: 'The process of the job ended, but its log has no result.',
      },
      now,
    );
  }
}
