/**
 * Who reads a job. LAVA's server and its dispatcher read the same text differently.
 *
 * - `server`: a job at submission. LAVA checks it with the schema of its server, and `jobs validate` with the schema of
 *   `lava_common`. The reader accepts what both accept (see `judge-job.ts`).
 * - `health-check`: a job that the scheduler creates for a device. The device determines the device type.
 * - `dispatcher`: the job that a worker receives. The dispatcher does not check it against a schema again. Its parser and
 *   its actions read what they need. It adds up all units of a timeout, including fractions (`Timeout.parse`).
 */
export type JobReader = 'server' | 'health-check' | 'dispatcher';

export interface JobRules {
  /** Whether visibility, priority, tags and notifications are read. A worker ignores them. */
  readonly readsQueueKeys: boolean;
  /** Top-level keys that LAVA's master adds to the user's job. */
  readonly addedKeys: readonly string[];
}

const serverRules: JobRules = { readsQueueKeys: true, addedKeys: [] };

export const jobRules: Readonly<Record<JobReader, JobRules>> = {
  server: serverRules,
  'health-check': serverRules,
  dispatcher: { readsQueueKeys: false, addedKeys: ['compatibility'] },
};
