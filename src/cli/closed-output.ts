import { hasCode } from '../host/index.js';
import { printError } from './output.js';

let isOpen = true;

/** Whether standard output may still have a reader; false after a write to a closed pipe has failed. */
export function hasReader(): boolean {
  return isOpen;
}

/**
 * `lavaflow ... | head -1` closes the pipe early. The command then runs to its end without output, so that an apply is
 * not left half done only because its output has no reader. Any other write error is reported once, with exit code 1.
 */
export function surviveClosedOutput(): void {
  // Nobody is left to report to.
  process.stderr.on('error', () => undefined);
  process.stdout.on('error', (error: Error) => {
    const isFirst = isOpen;
    isOpen = false;
    if (hasCode(error, 'EPIPE') || !isFirst) return;
    printError(`error: cannot write to standard output: ${error.message}`);
    process.once('exit', () => {
      process.exitCode = 1;
    });
  });
}
