/**
 * The executor: runs one LAVA job on one board, as a process of its own, and ends. It reads a job's directory and writes
 * the log and the results into it (docs/jobs.md). It knows neither the dispatcher that starts it nor any master.
 *
 * Other rooms do not call the executor. They only need to know how to start it.
 */
import { join } from 'node:path';
import { packageDirectory } from '../package/index.js';

/** The command that starts this package's executor. It expects `--dir JOBDIR --job-id ID` after it. */
export function executorCommand(): readonly string[] {
  return [process.execPath, join(packageDirectory(), 'dist/bundle/executor.js')];
}
