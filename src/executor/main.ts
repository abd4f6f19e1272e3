import { parseArgs } from 'node:util';
import { resolve } from 'node:path';
import { JobFailure } from './failure.js';
import { powerOffOnly } from './power-off-only.js';
import { runJob } from './run-job.js';

/**
 * The executor: runs the job in a directory and exits. The dispatcher's agent starts it as a separate process in its own
 * process group, so that a job keeps running if the agent restarts.
 *
 *   node dist/executor/main.js --dir JOBDIR --job-id ID
 *
 * With --power-off, it only powers off the board of a job whose executor has ended without doing so, and undoes commands.
 *
 * Reads JOBDIR/{job.yaml,device.yaml,dispatcher.yaml,env-dut.yaml}. Appends to output.yaml. Writes description.yaml and,
 * at the end, result.yaml. The first signal cancels the job, a second signal cancels its clean-up, too. Exit code:
 * 0 complete or powered off, 1 incomplete, 2 wrong usage, 3 not powered off and the log contains why, 4 no
 * command to power off.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      dir: { type: 'string' },
      'job-id': { type: 'string' },
      'power-off': { type: 'boolean', default: false },
    },
  });
  const { dir, 'job-id': jobId } = values;
  if (dir === undefined || jobId === undefined || !/^[\w.-]+$/.test(jobId)) {
    process.stderr.write('usage: main.js --dir JOBDIR --job-id ID [--power-off]\n');
    return 2;
  }
  if (values['power-off']) return await powerOffOnly(resolve(dir), jobId);
  const cancel = new AbortController();
  const hardCancel = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const) {
    process.on(signal, () => {
      if (cancel.signal.aborted) hardCancel.abort(new JobFailure('Canceled', 'The job was canceled twice'));
      else cancel.abort(new JobFailure('Canceled', 'The job was canceled'));
    });
  }
  const isComplete = await runJob({
    directory: resolve(dir),
    jobId,
    cancel: cancel.signal,
    hardCancel: hardCancel.signal,
  });
  return isComplete ? 0 : 1;
}

process.exitCode = await main();
