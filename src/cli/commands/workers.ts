import type { Command } from 'commander';

import { labFeedback } from '../feedback.js';
import { addMasterOptions, type MasterOptions } from '../options/master.js';
import { print, printJson } from '../output.js';
import { formatTable } from '../print/table.js';

export function registerWorkers(program: Command): void {
  const workers = program.command('workers').description('list workers and their health');
  addMasterOptions(workers.command('list').description('list every worker')).action(list);
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
}
