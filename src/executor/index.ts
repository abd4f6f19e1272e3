/**
 * The executor: a separate process that runs one LAVA job on one board and then exits. It reads the job from a directory
 * and writes the log and the results to it (docs/jobs.md). It depends neither on the dispatcher nor on a master.
 *
 * Other rooms do not call the executor. They only need to know how to start it.
 */
import { join } from 'node:path';
import { packageDirectory } from '../package/index.js';

/** The command that starts this package's executor. Append `--dir JOBDIR --job-id ID`. */
export function executorCommand(): readonly string[] {
  return [process.execPath, join(packageDirectory(), 'dist/bundle/executor.js')];
}
