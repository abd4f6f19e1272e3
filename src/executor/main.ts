import { parseArgs } from 'node:util';
import { resolve } from 'node:path';
import { JobFailure } from './failure.js';
import { runJob } from './run-job.js';

/**
 * The executor: runs the one job of a directory and ends. A process of its own, started by the dispatcher's agent in a
 * process group of its own, so that a job outlives an agent that is restarted.
 *
 *   node dist/executor/main.js --dir JOBDIR --job-id ID
 *
 * Reads JOBDIR/{job.yaml,device.yaml,dispatcher.yaml,env-dut.yaml}; appends to output.yaml; writes description.yaml
 * and, last, result.yaml. The first signal cancels the job, a second one also what it does to finish. Exit code: 0
 * complete, 1 incomplete, 2 wrong usage.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({ options: { dir: { type: 'string' }, 'job-id': { type: 'string' } } });
  const { dir, 'job-id': jobId } = values;
  if (dir === undefined || jobId === undefined || !/^[\w.-]+$/.test(jobId)) {
    process.stderr.write('usage: main.js --dir JOBDIR --job-id ID\n');
    return 2;
  }
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
