import { hasCode } from '../host/index.js';
import { printError } from './output.js';

let isOpen = true;

/** Whether somebody may still read standard output; false once a write has met a closed pipe. */
export function hasReader(): boolean {
  return isOpen;
}

/**
 * `lavaflow ... | head -1` closes the pipe early. The command goes on to its end, quietly: an apply is not left half
 * done because nobody reads what it says. Any other failure to write the output is said once, and is exit code 1.
 */
export function surviveClosedOutput(): void {
  // Nobody is left to tell.
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
