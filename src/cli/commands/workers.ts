import type { Command } from 'commander';

import { labFeedback } from '../feedback.js';
import { addMasterOptions, type MasterOptions } from '../options/master.js';
import { print, printJson } from '../output.js';
import { formatTable } from '../print/table.js';

export function registerWorkers(program: Command): void {
  const workers = program.command('workers').description('list workers and their health; release a worker');
  addMasterOptions(workers.command('list').description('list every worker')).action(list);
  addMasterOptions(
    workers
      .command('release NAME')
      .description(
        'end the jobs of a dispatcher that is gone for good, so that another one can take its place',
      ),
  )
    .option('--boards-are-off', 'confirm that the old machine and the boards of its jobs are powered off')
    .action(release);
}

async function list(options: MasterOptions): Promise<void> {
  const { listWorkers } = await import('../../app/jobs/index.js');
  const workers = await listWorkers(options, labFeedback);
  if (options.format === 'json') {
    printJson(workers);
    return;
  }
  const rows = workers.map(({ name, health, state, version }) => [name, health, state, version]);
  print(formatTable(['worker', 'health', 'state', 'version'], rows));
  for (const { name, conflict } of workers) if (conflict !== null) print(`${name}: ${conflict}`);
}

async function release(
  name: string,
  options: MasterOptions & { readonly boardsAreOff?: true },
): Promise<void> {
  const { releaseWorker } = await import('../../app/jobs/index.js');
  const jobs = await releaseWorker(name, options.boardsAreOff === true, options, labFeedback);
  if (options.format === 'json') printJson({ name, jobs });
  else print(`${name} is released; ${jobs.length === 0 ? 'it had no jobs' : `ended: ${jobs.join(', ')}`}`);
}
