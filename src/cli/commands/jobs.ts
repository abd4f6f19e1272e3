import type { Command } from 'commander';

import type { JobFeedback, JobWithResults } from '../../app/jobs/index.js';
import { hasReader } from '../closed-output.js';
import { labFeedback } from '../feedback.js';
import { addMasterOptions, type MasterOptions } from '../options/master.js';
import { exitWith, print, printError, printJson } from '../output.js';
import { formatJobFailure } from '../print/job-failure.js';
import { formatLogLine } from '../print/log-line.js';
import { formatRejectedJob } from '../print/rejected-job.js';
import { formatTable } from '../print/table.js';

export function registerJobs(program: Command): void {
  const jobs = program.command('jobs').description('submit, show, follow and cancel jobs');

  addMasterOptions(
    jobs.command('submit FILE').description("submit a job definition and follow the job's log to the result"),
  )
    .option('--no-follow', 'print the ID of the job and exit')
    .action(submit);

  addMasterOptions(jobs.command('logs ID').description("follow a job's log to the result")).action(logs);

  addMasterOptions(jobs.command('show ID').description('show a job and its results')).action(show);

  addMasterOptions(jobs.command('cancel ID').description('cancel a job')).action(cancel);
}

async function submit(file: string, options: MasterOptions & { readonly follow: boolean }): Promise<void> {
  const { RejectedJob, submitJob } = await import('../../app/jobs/index.js');
  const submission = await submitJob(file, options, {
    ...labFeedback,
    follow: options.follow ? logFeedback(options) : null,
    onSubmitted: (submitted) => {
      if (options.follow) printError(`job ${submitted}`);
    },
  }).catch((error: unknown) => {
    if (!(error instanceof RejectedJob)) throw error;
    printError(formatRejectedJob(error));
    if (options.format === 'json') printJson({ problems: error.problems });
    process.exitCode = 1;
    return null;
  });
  if (submission === null) return;
  const { id, job } = submission;
  if (job !== null) printEnd(job, options);
  else if (options.format === 'json') printJson({ id });
  else print(id);
}

async function logs(id: string, options: MasterOptions): Promise<void> {
  const { followJob } = await import('../../app/jobs/index.js');
  printEnd(await followJob(id, options, { ...labFeedback, ...logFeedback(options) }), options);
}

async function show(id: string, options: MasterOptions): Promise<void> {
  const { showJob } = await import('../../app/jobs/index.js');
  const job = await showJob(id, options, labFeedback);
  if (options.format === 'json') {
    printJson(job);
    return;
  }
  const { results, failure, ...facts } = job;
  const rows = Object.entries(facts).flatMap(([name, value]) =>
    value === null || name === 'id' ? [] : [[name, value]],
  );
  print(`${formatTable(['job', job.id], rows)}\n`);
  if (failure !== null) print(`${formatJobFailure(failure)}\n\n`);
  print(formatResults(results));
}

async function cancel(id: string, options: MasterOptions): Promise<void> {
  const { cancelJob } = await import('../../app/jobs/index.js');
  const job = await cancelJob(id, options, labFeedback);
  if (options.format === 'json') printJson(job);
  else print(`job ${id}: ${job.state === 'Finished' ? `finished, ${job.health}` : job.state}`);
}

/** Prints a log as it arrives, unless the format is JSON. */
function logFeedback({ format }: MasterOptions): JobFeedback {
  return {
    onLines(lines) {
      if (format !== 'json') print(lines.map(formatLogLine).join('\n'));
    },
    onWaits(waitsFor) {
      printError(`waits for the end of ${waitsFor}`);
    },
    onAway(error) {
      printError(`${error.message}; retrying`);
    },
    isRead: hasReader,
  };
}

/** Prints the results of a job that was followed. Exit code 1 unless the job is Complete. */
function printEnd(job: JobWithResults, { format }: MasterOptions): void {
  if (format === 'json') printJson(job);
  else {
    const { failure } = job;
    const why = job.errors === null || job.errors === failure?.message ? '' : `: ${job.errors}`;
    print(formatResults(job.results));
    print(`job ${job.id} on ${job.device ?? 'no device'}: ${job.health}${why}`);
    if (failure !== null) print(formatJobFailure(failure));
  }
  if (job.health !== 'Complete') exitWith({ code: 1, why: `job ${job.id} is ${job.health}` });
}

function formatResults(results: JobWithResults['results']): string {
  return formatTable(
    ['result', 'test'],
    results.map(({ suite, name, result }) => [result, `${suite}/${name}`]),
  );
}
