import { ExternalError, UsageError } from '../../diagnostics/index.js';
import type { JobsClient, JobSummary, LogLine } from '../../lava/index.js';

const pollMs = 400;
/** Wait for a master that restarts or moves: the job goes on without it, and so does its log. */
const patienceMs = 5 * 60_000;

/** Receives a job's log while the job is followed. */
export interface JobFeedback {
  onLines(lines: readonly LogLine[]): void;
  /** Called once each time the master becomes unreachable, while the request is repeated. */
  onAway(error: ExternalError): void;
  /** False ends the wait: nobody reads the log any more. */
  isRead(): boolean;
}

/**
 * Passes on a job's log as it grows, and returns the job when it has ended and its whole log was passed on.
 * @throws ExternalError, also when the master is unreachable for five minutes
 * @throws UsageError when nobody reads any more
 */
export async function followLog(client: JobsClient, id: string, feedback: JobFeedback): Promise<JobSummary> {
  let next = 0;
  let awaySinceMs: number | null = null;
  for (;;) {
    try {
      // Ask for the state first: a log that is read after the job has ended is complete.
      const job = await client.show(id);
      const log = await client.log(id, next);
      awaySinceMs = null;
      if (log.lines.length > 0) feedback.onLines(log.lines);
      next = log.next;
      if (job.state === 'Finished') return job;
    } catch (error) {
      if (!(error instanceof ExternalError) || error.retry !== 'soon') throw error;
      if (awaySinceMs === null) feedback.onAway(error);
      awaySinceMs ??= Date.now();
      if (Date.now() - awaySinceMs > patienceMs) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
    if (!feedback.isRead()) {
      throw new UsageError(
        `nobody reads the log of job ${id} any more`,
        `The job goes on. See it with lavaflow jobs show ${id}.`,
      );
    }
  }
}
