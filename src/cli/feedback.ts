import type { LockWait } from '../app/records/index.js';
import { formatFindings, printable, type Finding } from '../diagnostics/index.js';
import { printError } from './output.js';

/** What every use case reports on the way, printed to standard error. */
export const labFeedback = {
  onFindings(findings: readonly Finding[]): void {
    printError(formatFindings(findings, 'text'));
  },
};

export function printWarning(text: string): void {
  printError(`warning: ${text}`);
}

/** Printed at once, and to a log too: a run that stands still for minutes looks dead. */
export function printWait({ where, holder, since, until }: LockWait): void {
  printError(printable(`waiting until ${until} for ${holder}, which is at work since ${since} (${where})`));
}
