import { hasCode } from '../host/index.js';
import { printError } from './output.js';

let isOpen = true;

/** Whether somebody may still read standard output; false once a write has failed on a closed pipe. */
export function hasReader(): boolean {
  return isOpen;
}

/**
 * `lavaflow ... | head -1` closes the pipe early. The command then continues to its end without output, so that an apply
 * is not left half done because nobody reads it. Any other failure to write is reported once, with exit code 1.
 */
export function surviveClosedOutput(): void {
  // There is nobody left to report to.
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
