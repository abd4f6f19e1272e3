import type { Command } from 'commander';

import { describeSuspension } from '../../model/index.js';
import { printable } from '../../diagnostics/index.js';
import { labFeedback, printWait } from '../feedback.js';
import { addLabOptions, type LabOptions } from '../options/lab.js';
import { addRecordsOption, type RecordsOptions } from '../options/records.js';
import { print, printError, printJson } from '../output.js';

interface SuspendOptions extends LabOptions, RecordsOptions {
  readonly until: string;
  readonly reason: string;
  readonly owner?: string;
}

const feedback = { ...labFeedback, onWait: printWait };

export function registerSuspend(program: Command): void {
  const lab = (command: Command) => addRecordsOption(addLabOptions(command));
  lab(program.command('suspend <MASTER>'))
    .description('write nothing to a master for a while; drift is still observed and reported')
    .requiredOption(
      '--until <DATE>',
      'when it ends by itself: a date (inclusive) or a time, at most 30 days away',
    )
    .requiredOption('--reason <TEXT>', 'shown in every report')
    .option('--owner <NAME>', 'who is responsible (default: the user of the workflow run, or of git)')
    .action(suspend);
  lab(program.command('resume <MASTER>')).description('end the suspension of a master now').action(resume);
  lab(program.command('suspensions')).description('list the masters that are suspended').action(list);
}

async function suspend(master: string, options: SuspendOptions): Promise<void> {
  const { suspendMaster } = await import('../../app/suspensions/index.js');
  const suspension = await suspendMaster({ ...options, master }, feedback);
  if (options.format === 'json') printJson(suspension);
  else print(printable(`${master}: suspended ${describeSuspension(suspension)}`));
}

async function resume(master: string, options: LabOptions & RecordsOptions): Promise<void> {
  const { resumeMaster } = await import('../../app/suspensions/index.js');
  const { ended } = await resumeMaster({ ...options, master }, feedback);
  if (options.format === 'json') printJson({ master, ended });
  else if (ended === null) print(printable(`${master}: was not suspended`));
  else print(printable(`${master}: no longer suspended (it was ${describeSuspension(ended)})`));
}

async function list(options: LabOptions & RecordsOptions): Promise<void> {
  const { listSuspensions } = await import('../../app/suspensions/index.js');
  const suspensions = await listSuspensions(options, labFeedback);
  if (options.format === 'json') printJson(suspensions);
  else if (suspensions.length === 0) printError('no master is suspended');
  else {
    const lines = suspensions.map((one) => `${one.master}: suspended ${describeSuspension(one)}`);
    print(lines.map(printable).join('\n'));
  }
}
