import { ExternalError, printable, UsageError } from '../diagnostics/index.js';
import { printError } from './output.js';

/**
 * Says once what went wrong and what to do; the stack of a bug only when LAVAFLOW_DEBUG is set. What files, servers and
 * arguments put into a message stays on its line.
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
  const hint = hintOf(error);
  if (hint !== undefined) {
    printError(`error: ${printable(text)}`);
    printError(`  hint: ${hint}`);
    return 1;
  }
  printError(`internal error: ${printable(text)}`);
  if (process.env['LAVAFLOW_DEBUG'] !== undefined && error instanceof Error) printError(error.stack ?? '');
  else printError('  this is a bug in lavaflow: please report it, with what LAVAFLOW_DEBUG=1 adds');
  return 1;
}

/** What to do about an error of the operating system that nobody expected: the machine is at fault, not lavaflow. */
const systemHints: Readonly<Record<string, string>> = {
  EACCES: 'mind the owner and the mode of the file',
  EPERM: 'mind the owner and the mode of the file',
  EROFS: 'the file system is mounted read-only',
  ENOSPC: 'make room on the file system',
  EDQUOT: 'make room: your quota is used up',
  EMFILE: 'allow more open files: ulimit -n',
  ENFILE: 'the machine has too many open files',
  ENOENT: 'make the directory, or give another one',
  ENOTDIR: 'give a directory',
  EISDIR: 'give a file',
  EEXIST: 'move away what is there',
  ENAMETOOLONG: 'give a shorter name',
  ELOOP: 'mind the symbolic links',
  EIO: 'the disk or the terminal failed',
};

function hintOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return undefined;
  return systemHints[String(error.code)];
}
