import type { Command } from 'commander';

import { addLabOption, type LabOptions } from '../options/lab.js';
import { addRecordsOption, type RecordsOptions } from '../options/records.js';
import { hasPrettyLog, runPart } from '../part.js';

interface Options extends Pick<LabOptions, 'lab'>, RecordsOptions {
  readonly branch?: string;
  readonly schedule: string;
}

export function registerController(program: Command): void {
  const command = program
    .command('controller')
    .description('watch the lab, reconcile its masters and report their status');
  addRecordsOption(addLabOption(command))
    .option('--branch <NAME>', 'the branch to follow (default: the one that is checked out)')
    .option(
      '--schedule <CRON>',
      'when to compare everything again even if the lab did not change',
      '*/5 * * * *',
    )
    .action(async (options: Options) => {
      const { runController } = await import('../../app/controller/index.js');
      const prettyLog = hasPrettyLog();
      await runPart((onStatus) => runController({ ...options, prettyLog, onStatus }));
    });
}
