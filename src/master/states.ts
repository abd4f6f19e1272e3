/** LAVA's words for states and health, as in its APIs (LAVA 2020.05 to 2026.10). */
export const jobStates = [
  'Submitted',
  'Scheduling',
  'Scheduled',
  'Running',
  'Canceling',
  'Finished',
] as const;
export type JobState = (typeof jobStates)[number];

export const jobHealths = ['Unknown', 'Complete', 'Incomplete', 'Canceled'] as const;
export type JobHealth = (typeof jobHealths)[number];

export type WorkerState = 'Online' | 'Offline';

export type TestResult = 'pass' | 'fail' | 'skip' | 'unknown';

/** The states in which a job holds its device. */
export const holdingStates = ['Scheduled', 'Running', 'Canceling'] as const satisfies readonly JobState[];
