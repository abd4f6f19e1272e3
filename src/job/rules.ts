/**
 * The places where LAVA's own components read the same text differently (LAVA 2023.01). Everything else is read in one
 * way.
 *
 * - `server`: a job at submission. LAVA checks it with the schema of its scheduler (`lava_scheduler_app`), and
 *   `jobs validate` with the schema of `lava_common`. These rules accept what both accept, but check actions less
 *   thoroughly than `lava_common` does.
 * - `health-check`: a job that the scheduler creates for a device. The device determines the device type.
 * - `dispatcher`: the job that a worker receives. The dispatcher does not check it against a schema again. Its parser and
 *   its actions read what they need.
 */
export type JobReader = 'server' | 'health-check' | 'dispatcher';

export interface JobRules {
  /** Keys that a job without roles requires besides `job_name`, `timeouts` and `actions`. */
  readonly requiredKeys: readonly ('device_type' | 'visibility')[];
  /**
   * The server's schema accepts one unit with a whole number. The dispatcher adds up all units, including fractions
   * (`Timeout.parse` of `lava_common`), and drops the fraction of the last second.
   */
  readonly timeoutUnits: 'one' | 'sum';
  /** How much of `actions` is read. `outline`: the kind, the method, the timeout and the namespace. */
  readonly actionDetail: 'outline' | 'whole';
  /** Whether visibility, priority, tags and notifications are checked. A worker ignores them. */
  readonly readsQueueKeys: boolean;
  /** Top-level keys that LAVA's master adds to the user's job. */
  readonly addedKeys: readonly string[];
}

export const jobRules: Readonly<Record<JobReader, JobRules>> = {
  server: {
    requiredKeys: ['device_type', 'visibility'],
    timeoutUnits: 'one',
    actionDetail: 'outline',
    readsQueueKeys: true,
    addedKeys: [],
  },
  'health-check': {
    requiredKeys: ['visibility'],
    timeoutUnits: 'one',
    actionDetail: 'outline',
    readsQueueKeys: true,
    addedKeys: [],
  },
  dispatcher: {
    requiredKeys: [],
    timeoutUnits: 'sum',
    actionDetail: 'whole',
    readsQueueKeys: false,
    addedKeys: ['compatibility'],
  },
};
