import type { Command } from 'commander';

import { printable, UsageError } from '../../diagnostics/index.js';
import type { CanaryResult } from '../../model/index.js';
import type { LockWait } from '../../reconcile/index.js';
import { loadUsableLab } from '../lab/load.js';
import {
  addRecordsOption,
  describeWait,
  openRecords,
  type OpenRecords,
  type RecordsOptions,
} from '../lab/open-records.js';
import { addLabOptions, type LabOptions } from '../lab/options.js';
import { describeCanary } from '../lab/result.js';
import { print, printError, printJson } from '../output.js';

interface CopyOptions extends LabOptions {
  readonly from: string;
  readonly to: string;
}

export function registerRecords(program: Command): void {
  const records = program.command('records').description('what was applied last');
  addRecordsOption(
    addLabOptions(
      records
        .command('show')
        .description('of each master: the revision that was applied last, its canary, and what was cut off'),
    ),
  ).action(show);
  addLabOptions(
    records
      .command('copy')
      .description("bring the records of the lab's masters to another place, where there are none yet"),
  )
    .option('--from <PLACE>', 'file, or git:REMOTE', 'file')
    .requiredOption('--to <PLACE>', 'file, or git:REMOTE')
    .action(copy);
}

async function show(options: LabOptions & RecordsOptions): Promise<void> {
  const { lab, place } = await loadUsableLab(options.lab, null);
  const { records } = openRecords(place, options.records);
  const masters = [];
  for (const master of lab.masters.keys()) {
    const record = await records.read(master);
    const intent = await records.readIntent(master);
    masters.push({
      master,
      revision: record?.revision ?? null,
      appliedAt: record?.appliedAt ?? null,
      objects: record?.objects.size ?? 0,
      force: record?.force ?? null,
      canary: record?.canary ?? null,
      cutOff:
        intent === null
          ? null
          : {
              since: intent.startedAt,
              writes: intent.objects.size,
              tries: intent.unproven?.device ?? null,
              inMaintenance: [...(intent.parked?.keys() ?? [])].map((key) => key.slice('device/'.length)),
            },
    });
  }
  if (options.format === 'json') printJson(masters);
  else print(masters.flatMap(describeRecord).map(printable).join('\n'));
}

type Shown = Readonly<{
  master: string;
  revision: string | null;
  appliedAt: string | null;
  objects: number;
  force: string | null;
  canary: CanaryResult | null;
  cutOff: Readonly<{
    since: string;
    writes: number;
    tries: string | null;
    inMaintenance: readonly string[];
  }> | null;
}>;

function describeRecord({ master, revision, appliedAt, objects, force, canary, cutOff }: Shown): string[] {
  const lines = [
    revision === null
      ? `${master}: nothing was ever applied`
      : `${master}: ${revision}, applied ${appliedAt ?? ''}, ${objects} objects`,
  ];
  if (force !== null) lines.push(`  past a limit: ${force}`);
  if (canary !== null) lines.push(`  ${describeCanary(canary)}`);
  if (cutOff !== null) {
    const { since, writes, tries, inMaintenance } = cutOff;
    lines.push(`  under way or cut off since ${since}: ${writes} objects written or about to be`);
    if (tries !== null)
      lines.push(`  ${tries} tries the change first; it is neither proven nor put back yet`);
    if (inMaintenance.length > 0) lines.push(`  in maintenance for it: ${inMaintenance.join(', ')}`);
  }
  return lines;
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
    const notes = await from.drift.read(master);
    if (notes.seen.length + notes.putBack.length > 0) await to.drift.write(master, notes);
    if (intent !== null) await to.records.writeIntent(master, intent);
    if (record !== null) await to.records.write(record);
    return 'copied';
  };
  return await to.records.withLock(master, waitMs, copyThere, tellWait);
}

function tellWait(wait: LockWait): void {
  printError(describeWait(wait));
}
