/** LAVA's error types, with the names in its results (`lava_common/exceptions.py`, 2023.01). */
export const errorTypes = [
  'Infrastructure',
  'Configuration',
  'Bug',
  'Canceled',
  'Job',
  'Test',
  'LAVATimeout',
  'MultinodeTimeout',
] as const;

export type ErrorType = (typeof errorTypes)[number];

/** What an error type means for the people who read it. */
export interface Blame {
  /** What caused the failure: `the job definition`. */
  readonly culprit: string;
  /** What to try, as sentences. */
  readonly hint: string;
}

/** Explains an error type. @returns undefined if LAVA does not have it */
export function blameFor(errorType: string): Blame | undefined {
  const known = errorTypes.find((one) => one === errorType);
  return known === undefined ? undefined : blames[known];
}

const blames: Readonly<Record<ErrorType, Blame>> = {
  Infrastructure: {
    culprit: "the lab's infrastructure (board, power, network, console or worker)",
    hint: "Submit the job again. If it fails again, report it to the lab's administrators.",
  },
  Configuration: {
    culprit: 'the configuration of the device or the worker',
    hint: "Report it to the lab's administrators: the device is not configured as this job requires.",
  },
  Bug: {
    culprit: 'a bug of the program that ran the job',
    hint: "Report the bug with the job's log.",
  },
  Canceled: {
    culprit: 'the user who canceled the job',
    hint: 'Submit the job again if it is still needed.',
  },
  Job: {
    culprit: 'the job definition',
    hint: 'Correct the job definition, and submit the job again.',
  },
  Test: {
    culprit: 'the test',
    hint: 'Read the end of the log. Correct the test or the software that it tests.',
  },
  LAVATimeout: {
    culprit: 'a test that ran longer than its timeout',
    hint: 'Correct the test, or increase its timeout.',
  },
  MultinodeTimeout: {
    culprit: 'another job of the multinode group',
    hint: 'Read the logs of the other jobs in the group.',
  },
};
