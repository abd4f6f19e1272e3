/**
 * The executor: a separate process that runs one LAVA job on one board and then exits. It reads the job from a directory
 * and writes the log and the results to it (docs/jobs.md). It depends neither on the dispatcher nor on a master.
 *
 * Other rooms do not call the executor. They need to know how to start it and what it does not support.
 */
import { join } from 'node:path';
import { packageDirectory } from '../package/index.js';

export { findUnsupported } from './supported/read-runnable-job.js';

/** The command that starts this package's executor. Append `--dir JOBDIR --job-id ID`. */
export function executorCommand(): readonly string[] {
  return [process.execPath, join(packageDirectory(), 'dist/bundle/executor.js')];
}
