import type { LockWait } from '../app/records/index.js';
import type { OffMaster } from '../app/masters/index.js';
import { formatFindings, printable, type Finding } from '../diagnostics/index.js';
import { printError } from './output.js';

/** The findings that were printed. */
export const reportedFindings: Finding[] = [];

/** Prints to standard error what every use case reports while it runs. */
export const labFeedback = {
  onFindings(findings: readonly Finding[]): void {
    reportedFindings.push(...findings);
    printError(formatFindings(findings, 'text'));
  },
};

/** For a comparison of masters. */
export const driftFeedback = {
  ...labFeedback,
  onWarning: printWarning,
  onOff({ name, off }: OffMaster): void {
    printWarning(`skipped: master ${name} is off: ${off}`);
  },
};

export function printWarning(text: string): void {
  printError(`warning: ${text}`);
}

/** Printed immediately, also when the output is a log: a run that is silent for minutes looks dead. */
export function printWait({ where, holder, since, until }: LockWait): void {
  printError(
    printable(`waiting until ${until} for ${holder}, which has held the lock since ${since} (${where})`),
  );
}
