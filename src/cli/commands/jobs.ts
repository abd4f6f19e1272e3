import type { Command } from 'commander';
import { readFileSync } from 'node:fs';

import { ExternalError, reasonOf } from '../../diagnostics/index.js';
import type { JobsClient } from '../../lava/index.js';
import { addMasterOptions, openJobs, type MasterOptions } from '../jobs/client.js';
import { followJob } from '../jobs/follow.js';
import { formatLogLine } from '../jobs/log-line.js';
import { formatTable } from '../jobs/table.js';
import { print, printError, printJson } from '../output.js';

export function registerJobs(program: Command): void {
  const jobs = program.command('jobs').description('submit, show, follow and cancel jobs');

  addMasterOptions(
    jobs.command('submit FILE').description("submit a job in LAVA's format and follow its log to the result"),
  )
    .option('--no-follow', 'only print its id')
    .action(async (file: string, options: MasterOptions & { follow: boolean }) => {
      const client = await openJobs(options);
      const [id = ''] = await client.submit(readDefinition(file));
      if (options.follow) {
        printError(`job ${id}`);
        await follow(client, id, options);
      } else if (options.format === 'json') printJson({ id });
      else print(id);
    });

  addMasterOptions(jobs.command('logs ID').description("follow a job's log to the result")).action(
    async (id: string, options: MasterOptions) => {
      await follow(await openJobs(options), id, options);
    },
  );

  addMasterOptions(jobs.command('show ID').description('a job and its results')).action(
    async (id: string, options: MasterOptions) => {
      const client = await openJobs(options);
      const job = await client.show(id);
      const results = await client.results(id);
      if (options.format === 'json') {
        printJson({ ...job, results });
        return;
      }
      const facts = Object.entries(job).flatMap(([name, value]) =>
        value === null || name === 'id' ? [] : [[name, String(value)]],
      );
      print(`${formatTable(['job', job.id], facts)}\n`);
      print(
        formatTable(
          ['result', 'test'],
          results.map(({ suite, name, result }) => [result, `${suite}/${name}`]),
        ),
      );
    },
  );

  addMasterOptions(jobs.command('cancel ID').description('cancel a job')).action(
    async (id: string, options: MasterOptions) => {
      const client = await openJobs(options);
      await client.cancel(id);
      const job = await client.show(id);
      if (options.format === 'json') printJson(job);
      else print(`job ${id}: ${job.state === 'Finished' ? `finished, ${job.health}` : job.state}`);
    },
  );
}

/** Prints the log as it comes, then the results. Exit code 1 unless the job is Complete. */
async function follow(client: JobsClient, id: string, options: MasterOptions): Promise<void> {
  const isJson = options.format === 'json';
  const job = await followJob(
    client,
    id,
    (lines) => {
      if (!isJson) print(lines.map(formatLogLine).join('\n'));
    },
    (error) => {
      printError(`${error.message}; trying again`);
    },
  );
  const results = await client.results(id);
  if (isJson) printJson({ ...job, results });
  else {
    print(
      formatTable(
        ['result', 'test'],
        results.map(({ suite, name, result }) => [result, `${suite}/${name}`]),
      ),
    );
    const why = job.errors === null ? '' : `: ${job.errors}`;
    print(`job ${id} on ${job.device ?? 'no device'}: ${job.health}${why}`);
  }
  if (job.health !== 'Complete') process.exitCode = 1;
}

function readDefinition(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const why = reasonOf(error);
    throw new ExternalError({ what: 'read the job', where: file, why, retry: 'after-change', cause: error });
  }
}
