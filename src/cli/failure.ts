import { ExternalError, UsageError } from '../diagnostics/index.js';
import { printError } from './output.js';

/**
 * Says once what went wrong and what to do; the stack of a bug only when LAVAFLOW_DEBUG is set.
 * @returns the exit code
 */
export function reportFailure(error: unknown): number {
  if (error instanceof UsageError) {
    printError(`error: ${error.message}`);
    if (error.hint !== undefined) printError(`  hint: ${error.hint}`);
    return error.exitCode;
  }
  if (error instanceof ExternalError) {
    printError(`error: ${error.message}`);
    return 1;
  }
  const text = error instanceof Error ? error.message : String(error);
  printError(`internal error: ${text}`);
  if (process.env['LAVAFLOW_DEBUG'] !== undefined && error instanceof Error) printError(error.stack ?? '');
  else printError('  this is a bug in lavaflow: please report it, with what LAVAFLOW_DEBUG=1 adds');
  return 1;
}
