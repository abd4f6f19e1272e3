/** What more than one of the readers of a job reports, in the same words. */

export const missingKey = 'required key not provided';

export const oneKind = 'expected exactly one of boot, command, deploy and test';

export const unknownKind = { message: 'unknown action', hint: 'Use boot, command, deploy or test.' } as const;

export const longerThanJob = "is longer than the job's own timeout";

export const mixedNamespaces = 'when one action has a namespace, every action must have one';

export const reservedName = { message: 'this name is reserved', hint: 'Choose another name.' } as const;

export function missingRole(name: unknown): string {
  return `the role ${JSON.stringify(name)} does not exist`;
}

/** @param got the value, described for a message */
export function wrongPriority(got: string): string {
  return `must be high, medium, low, or a whole number from 0 to 100, not ${got}`;
}
