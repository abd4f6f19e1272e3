import { exhaustionOf, ExternalError, printable, UsageError, type Finding } from '../diagnostics/index.js';
import { printError } from './output.js';

/**
 * Prints what went wrong and what to do, once. The stack of a bug is printed only if LAVAFLOW_DEBUG is set. Text from
 * files, servers and arguments cannot break out of the line of its message.
 * @returns the exit code
 */
export function reportFailure(error: unknown): number {
  if (error instanceof UsageError) {
    printError(`error: ${printable(error.message)}`);
    if (error.hint !== undefined) printError(`  hint: ${printable(error.hint)}`);
    return error.exitCode;
  }
  if (error instanceof ExternalError) {
    printError(`error: ${printable(error.message)}`);
    return 1;
  }
  const text = error instanceof Error ? error.message : String(error);
  const missing = missingPackage(error);
  if (missing !== undefined) {
    printError(`error: the package ${printable(missing)} is not installed`);
    printError("  hint: Run npm install in lavaflow's directory.");
    return 1;
  }
  const hint = hintOf(error);
  if (hint !== undefined) {
    printError(`error: ${printable(text)}`);
    printError(`  hint: ${hint}`);
    return 1;
  }
  printError(`internal error: ${printable(text)}`);
  if (process.env['LAVAFLOW_DEBUG'] !== undefined && error instanceof Error) printError(error.stack ?? '');
  else printError('  this is a bug in lavaflow; please report it with the output of LAVAFLOW_DEBUG=1');
  return 1;
}

/** What `--format json` prints instead of a result. */
export function failureToJson(error: unknown, findings: readonly Finding[]): object {
  const hint = error instanceof UsageError || error instanceof ExternalError ? error.hint : hintOf(error);
  const message = error instanceof Error ? error.message : String(error);
  return { format: 'lavaflow-failure', error: message, hint: hint ?? null, findings };
}

/** What to do about an unexpected error of the operating system. Its cause is the machine, not lavaflow. */
const systemHints: Readonly<Record<string, string>> = {
  EACCES: 'Check the owner and permissions of the file.',
  EPERM: 'Check the owner and permissions of the file.',
  EROFS: 'Use a file system that is not mounted read-only.',
  ENOENT: 'Create the directory, or specify another one.',
  ENOTDIR: 'Specify a directory.',
  EISDIR: 'Specify a file.',
  EEXIST: 'Move the existing file away.',
  ENAMETOOLONG: 'Specify a shorter name.',
  ELOOP: 'Check the symbolic links.',
  EIO: 'Check the disk and the terminal: one of them has failed.',
};

/** The name of an npm package that Node could not find; undefined for every other error. */
function missingPackage(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'ERR_MODULE_NOT_FOUND')
    return undefined;
  return /^Cannot find package '([^']+)'/.exec(error.message)?.[1];
}

function hintOf(error: unknown): string | undefined {
  const exhaustion = exhaustionOf(error);
  if (exhaustion !== null) return exhaustion.hint;
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return undefined;
  return systemHints[String(error.code)];
}
