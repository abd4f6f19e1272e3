import type { Command } from 'commander';

import { addMasterOptions, openJobs, type MasterOptions } from '../jobs/client.js';
import { formatTable } from '../jobs/table.js';
import { print, printJson } from '../output.js';

export function registerWorkers(program: Command): void {
  const workers = program.command('workers').description('workers and their health');
  addMasterOptions(workers.command('list').description('every worker')).action(
    async (options: MasterOptions) => {
      const all = await (await openJobs(options)).workers();
      if (options.format === 'json') printJson(all);
      else {
        const rows = all.map(({ name, health, state, version }) => [name, health, state, version]);
        print(formatTable(['worker', 'health', 'state', 'version'], rows));
      }
    },
  );
}
