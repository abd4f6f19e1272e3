import { ExternalError, UsageError } from '../../diagnostics/index.js';
import type { JobsClient, LogLine } from '../../lava/index.js';

const pollMs = 400;
/** How long to wait for a master that restarts or moves. The job and its log continue meanwhile. */
const patienceMs = 5 * 60_000;

/** Receives a job's log while the job is followed. */
export interface JobFeedback {
  onLines(lines: readonly LogLine[]): void;
  /** Called when it becomes known what a job waits for besides a free device, and each time that changes. */
  onWaits(waitsFor: string): void;
  /** Called once each time the master becomes unreachable, while the request is repeated. */
  onAway(error: ExternalError): void;
  /** False: the log no longer has a reader, so stop following it. */
  isRead(): boolean;
}

/**
 * Forwards a job's log as it grows, until the job has ended and its whole log was forwarded.
 * @throws ExternalError, also when the master is unreachable for five minutes
 * @throws UsageError when the log no longer has a reader
 */
export async function followLog(client: JobsClient, id: string, feedback: JobFeedback): Promise<void> {
  let next = 0;
  let awaySinceMs: number | null = null;
  let waitsFor: string | null = null;
  for (;;) {
    try {
      // Read the state first: a log that is read after the job has ended is complete.
      const job = await client.show(id);
      const log = await client.log(id, next);
      awaySinceMs = null;
      if (job.waitsFor !== null && job.waitsFor !== waitsFor) feedback.onWaits(job.waitsFor);
      waitsFor = job.waitsFor;
      if (log.lines.length > 0) feedback.onLines(log.lines);
      next = log.next;
      if (job.state === 'Finished') return;
    } catch (error) {
      if (!(error instanceof ExternalError) || error.retry !== 'soon') throw error;
      if (awaySinceMs === null) feedback.onAway(error);
      awaySinceMs ??= Date.now();
      if (Date.now() - awaySinceMs > patienceMs) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
    if (!feedback.isRead()) {
      throw new UsageError(
        `the output of the log of job ${id} was closed`,
        `Run lavaflow jobs show ${id} to see the job, which continues.`,
      );
    }
  }
}
