import { ExternalError, UsageError } from '../../diagnostics/index.js';
import type { JobsClient, JobSummary, LogLine } from '../../lava/index.js';
import { hasReader } from '../closed-output.js';

const pollMs = 400;
/** A master that restarts, or is moved, is waited for: the job goes on without it, and so does its log. */
const patienceMs = 5 * 60_000;

/**
 * Hands on a job's log as it grows, and returns the job when it has ended and its whole log was handed on.
 * @param onAway told once each time the master cannot be reached, while it is tried again
 * @throws ExternalError also when the master cannot be reached for five minutes; UsageError when nobody reads any more
 */
export async function followJob(
  client: JobsClient,
  id: string,
  onLines: (lines: readonly LogLine[]) => void,
  onAway: (error: ExternalError) => void,
): Promise<JobSummary> {
  let next = 0;
  let awaySinceMs: number | null = null;
  for (;;) {
    try {
      // The state is asked for first: what the log holds after a job has ended is all of it.
      const job = await client.show(id);
      const log = await client.log(id, next);
      awaySinceMs = null;
      if (log.lines.length > 0) onLines(log.lines);
      next = log.next;
      if (job.state === 'Finished') return job;
    } catch (error) {
      if (!(error instanceof ExternalError) || error.retry !== 'soon') throw error;
      if (awaySinceMs === null) onAway(error);
      awaySinceMs ??= Date.now();
      if (Date.now() - awaySinceMs > patienceMs) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
    if (!hasReader()) {
      throw new UsageError(
        `nobody reads the log of job ${id} any more`,
        `it goes on: lavaflow jobs show ${id}`,
      );
    }
  }
}
