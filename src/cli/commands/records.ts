import type { Command } from 'commander';

import { printable, UsageError } from '../../diagnostics/index.js';
import { labFeedback, printWait } from '../feedback.js';
import { addLabOptions, type LabOptions } from '../options/lab.js';
import { addRecordsOption, type RecordsOptions } from '../options/records.js';
import { print, printJson } from '../output.js';

interface CopyOptions extends LabOptions {
  readonly from: string;
  readonly to: string;
}

export function registerRecords(program: Command): void {
  const records = program.command('records').description('show or copy the records of what was last applied');
  addRecordsOption(
    addLabOptions(
      records
        .command('show')
        .description(
          'show for each master the revision that was last applied, its canary, and an unfinished apply',
        ),
    ),
  ).action(show);
  addLabOptions(
    records.command('copy').description("copy the records of the lab's masters to a place that has none yet"),
  )
    .option('--from <PLACE>', 'where the records are: file, or git:REMOTE', 'file')
    .requiredOption('--to <PLACE>', 'where to copy them: file, or git:REMOTE')
    .action(copy);
}

async function show(options: LabOptions & RecordsOptions): Promise<void> {
  const [{ showRecords }, { describeRecord }] = await Promise.all([
    import('../../app/records/index.js'),
    import('../print/record.js'),
  ]);
  const masters = await showRecords(options, labFeedback);
  if (options.format === 'json') printJson(masters);
  else print(masters.flatMap(describeRecord).map(printable).join('\n'));
}

async function copy(options: CopyOptions): Promise<void> {
  const { copyRecords } = await import('../../app/records/index.js');
  const { copied, wereThere } = await copyRecords(options, { ...labFeedback, onWait: printWait });
  if (options.format === 'json') printJson({ copied });
  else if (copied.length > 0)
    print(`${copied.join(', ')}: copied; from now on, use only --records ${options.to}`);
  else if (wereThere.length === 0) print(`nothing to copy: ${options.from} has no record of an apply`);
  if (wereThere.length === 0) return;
  throw new UsageError(
    `${options.to} already has a record of ${wereThere.join(', ')}`,
    'See docs/records.md for how to go back to an earlier record. Nothing was overwritten.',
  );
}
