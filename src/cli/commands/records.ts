import type { Command } from 'commander';

import { UsageError } from '../../diagnostics/index.js';
import type { LockWait } from '../../reconcile/index.js';
import { loadUsableLab } from '../lab/load.js';
import { describeWait, openRecords, type OpenRecords } from '../lab/open-records.js';
import { addLabOptions, type LabOptions } from '../lab/options.js';
import { print, printError, printJson } from '../output.js';

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
  const from = openRecords(place, options.from);
  const to = openRecords(place, options.to);
  const masters: Record<CopyResult, string[]> = { copied: [], 'was there': [], nothing: [] };
  for (const master of lab.masters.keys()) {
    const copied = await from.records.withLock(master, 30_000, () => copyRecord(master, from, to), tellWait);
    masters[copied].push(master);
  }
  const { copied, 'was there': wereThere } = masters;
  if (options.format === 'json') printJson({ copied });
  else if (copied.length > 0) print(`${copied.join(', ')}: from now on, use --records ${options.to} alone`);
  else if (wereThere.length === 0) print(`nothing was ever applied, as far as ${options.from} knows`);
  if (wereThere.length === 0) return;
  throw new UsageError(
    `${options.to} has a record of ${wereThere.join(', ')} already`,
    'it was left as it is; docs/records.md says how to go back to an earlier one',
  );
}

type CopyResult = 'copied' | 'was there' | 'nothing';

async function copyRecord(master: string, from: OpenRecords, to: OpenRecords): Promise<CopyResult> {
  const [record, intent] = [await from.records.read(master), await from.records.readIntent(master)];
  if (record === null && intent === null) return 'nothing';
  const waitMs = to.lockWaitMs ?? 30_000;
  const copyThere = async (): Promise<CopyResult> => {
    const isThere =
      (await to.records.read(master)) !== null || (await to.records.readIntent(master)) !== null;
    if (isThere) return 'was there';
    const seen = await from.drift.read(master);
    if (seen.length > 0) await to.drift.write(master, seen);
    if (intent !== null) await to.records.writeIntent(master, intent);
    if (record !== null) await to.records.write(record);
    return 'copied';
  };
  return await to.records.withLock(master, waitMs, copyThere, tellWait);
}

function tellWait(wait: LockWait): void {
  printError(describeWait(wait));
}
