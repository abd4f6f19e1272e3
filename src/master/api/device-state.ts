import { holdingJobs, type JobSummary } from '../store/jobs.js';
import type { Db } from '../store/open-store.js';

/** A device's state is what its job makes of it (LAVA 2023.01). */
export function deviceState(job: JobSummary | undefined): 'Idle' | 'Reserved' | 'Running' {
  if (job === undefined) return 'Idle';
  return job.startTime === null ? 'Reserved' : 'Running';
}

/** The job that each device runs now. */
export async function currentJobs(db: Db): Promise<ReadonlyMap<string, JobSummary>> {
  const jobs = await holdingJobs(db);
  return new Map(jobs.flatMap((job) => (job.device === null ? [] : [[job.device, job] as const])));
}
