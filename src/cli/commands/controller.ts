import type { Command } from 'commander';

import { addRecordsOption, type RecordsOptions } from '../lab/open-records.js';
import { addLabOption, type LabOptions } from '../lab/options.js';
import { runController } from '../lab/run-controller.js';
import { runPart } from '../part.js';

export function registerController(program: Command): void {
  const command = program.command('controller').description('watch the lab, reconcile its masters, report');
  addRecordsOption(addLabOption(command))
    .option('--branch <NAME>', 'which branch to follow (default: what is checked out)')
    .option('--schedule <CRON>', 'when to compare everything again though nothing was heard', '*/5 * * * *')
    .action(
      async (options: Pick<LabOptions, 'lab'> & RecordsOptions & { branch?: string; schedule: string }) => {
        await runPart((report) => runController({ ...options, report }));
      },
    );
}
