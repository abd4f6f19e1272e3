import type { Command } from 'commander';

import { UsageError } from '../../diagnostics/index.js';
import type { RecordStore } from '../../reconcile/index.js';
import { loadUsableLab } from '../lab/load.js';
import { openRecords } from '../lab/open-records.js';
import { addLabOptions, type LabOptions } from '../lab/options.js';
import { print, printJson } from '../output.js';

interface CopyOptions extends LabOptions {
  readonly from: string;
  readonly to: string;
}

export function registerRecords(program: Command): void {
  const records = program.command('records').description('what was applied last');
  addLabOptions(
    records
      .command('copy')
      .description("bring the records of the lab's masters to another place, where there are none yet"),
  )
    .option('--from <PLACE>', 'file, or git:REMOTE', 'file')
    .requiredOption('--to <PLACE>', 'file, or git:REMOTE')
    .action(copy);
}

async function copy(options: CopyOptions): Promise<void> {
  if (options.from === options.to) throw new UsageError('--from and --to name the same place');
  const { lab, place } = await loadUsableLab(options.lab, null);
  const from = openRecords(place, options.from).records;
  const to = openRecords(place, options.to);
  const copied: string[] = [];
  for (const master of lab.masters.keys()) {
    const done = await from.withLock(master, to.lockWaitMs ?? 30_000, async () =>
      copyRecord(master, from, to.records),
    );
    if (done) copied.push(master);
  }
  if (options.format === 'json') printJson({ copied });
  else if (copied.length === 0) print(`nothing was ever applied, as far as ${options.from} knows`);
  else print(`${copied.join(', ')}: from now on, use --records ${options.to} alone`);
}

/** False when there is nothing to copy. @throws UsageError when there is a record already */
async function copyRecord(master: string, from: RecordStore, to: RecordStore): Promise<boolean> {
  const [record, intent] = [await from.read(master), await from.readIntent(master)];
  if (record === null && intent === null) return false;
  await to.withLock(master, 30_000, async () => {
    if ((await to.read(master)) !== null || (await to.readIntent(master)) !== null) {
      throw new UsageError(
        `there is a record of ${master} already`,
        'docs/records.md says how to go back to an earlier one',
      );
    }
    if (intent !== null) await to.writeIntent(master, intent);
    if (record !== null) await to.write(record);
  });
  return true;
}
