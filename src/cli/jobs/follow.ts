import type { JobsClient, JobSummary, LogLine } from '../../lava/index.js';

const pollMs = 400;

/**
 * Hands on a job's log as it grows, and returns the job when it has ended and its whole log was handed on.
 * @throws ExternalError
 */
export async function followJob(
  client: JobsClient,
  id: string,
  onLines: (lines: readonly LogLine[]) => void,
): Promise<JobSummary> {
  let next = 0;
  for (;;) {
    // The state is asked for first: what the log holds after a job has ended is all of it.
    const job = await client.show(id);
    const log = await client.log(id, next);
    if (log.lines.length > 0) onLines(log.lines);
    next = log.next;
    if (job.state === 'Finished') return job;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
