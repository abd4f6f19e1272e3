/**
 * Where LAVA itself reads the same text differently (LAVA 2023.01). Everything else is read in one way.
 *
 * - `server`: a job at submission. LAVA checks it with the schema of its scheduler (`lava_scheduler_app`), and
 *   `jobs validate` with the one of `lava_common`. This is what both accept, except that neither looks into an action
 *   here as deeply as `lava_common` does.
 * - `health-check`: a job that the scheduler creates for a device. The device gives it its type.
 * - `dispatcher`: the job that a worker gets. The dispatcher does not check it against a schema again. Its parser and
 *   its actions read what they need.
 */
export type JobReader = 'server' | 'health-check' | 'dispatcher';

export interface JobRules {
  /** Keys that a job without roles needs besides `job_name`, `timeouts` and `actions`. */
  readonly requiredKeys: readonly ('device_type' | 'visibility')[];
  /**
   * The server's schema accepts one unit with a whole number. The dispatcher adds all units up
   * (`Timeout.parse` of `lava_common`), fractions included, and drops the fraction of the last second.
   */
  readonly timeoutUnits: 'one' | 'sum';
  /** How far `actions` are read. `outline`: the kind, the method, the timeout and the namespace. */
  readonly actionDetail: 'outline' | 'whole';
  /** Whether visibility, priority, tags and notifications are checked. They mean nothing to a worker. */
  readonly readsQueueKeys: boolean;
  /** Top-level keys that LAVA's master adds to the job of the user. */
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
