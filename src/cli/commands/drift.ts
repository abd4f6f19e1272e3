import type { Command } from 'commander';

import { ExternalError, UsageError } from '../../diagnostics/index.js';
import {
  dateDrift,
  driftItems,
  exitCodeOf,
  noConsents,
  type DatedItem,
  type Plan,
} from '../../plan/index.js';
import { detectDrift, rememberDrift, type DriftMemory } from '../../reconcile/index.js';
import { accessTo, chooseMaster } from '../lab/connect.js';
import { loadUsableLab } from '../lab/load.js';
import { addRecordsOption, type RecordsOptions } from '../lab/open-records.js';
import { addLabOptions, type LabOptions } from '../lab/options.js';
import { planRequest } from '../lab/plan-request.js';
import { printDrift } from '../lab/print-drift.js';
import { writeBackToBranch } from '../lab/write-back.js';
import { printError } from '../output.js';

interface DriftOptions extends LabOptions, RecordsOptions {
  readonly rev?: string;
  readonly master?: string;
  readonly writeBack?: boolean;
  readonly branch?: string;
}

export function registerDrift(program: Command): void {
  const command = program
    .command('drift')
    .description('what somebody changed on a master since the last apply, and since when');
  addRecordsOption(addLabOptions(command, ['text', 'json', 'markdown']))
    .option('--rev <REV>', 'compare with this revision (default: the last applied one)')
    .option('--master <NAME>', 'which master (default: the only one that is not off)')
    .option('--write-back', 'commit to a new branch what the master has, for review')
    .option('--branch <NAME>', 'the branch for --write-back (default: lavaflow/drift-MASTER-DAY)')
    .action(drift);
}

async function drift(options: DriftOptions): Promise<void> {
  if (options.branch !== undefined && options.writeBack !== true)
    throw new UsageError('--branch is for --write-back', 'give both');
  const head = await loadUsableLab(options.lab, options.rev ?? 'HEAD');
  const chosen = chooseMaster(head.lab, options.master, head.place);
  const record = await planRequest(head, chosen, noConsents, options.records).records.read(chosen.name);
  const applied = record === null ? null : commitOf(record.revision);
  const isRead = options.rev !== undefined || applied === null || applied === commitOf(head.revision);
  const lab = isRead ? head : await loadUsableLab(options.lab, applied);
  const master = lab.lab.masters.get(chosen.name) ?? chosen;
  const request = planRequest(lab, master, noConsents, options.records);

  const { plan } = await detectDrift(request);
  // What differs from another revision than the applied one is not all drift: it is not remembered.
  const items = await dated(plan, request.drift, applied === null || applied === commitOf(lab.revision));
  const place = { directory: options.lab, revision: commitOf(lab.revision), templates: lab.templates };
  const branch =
    options.writeBack === true
      ? await writeBackToBranch(place, request.target, master, items, options.branch)
      : null;
  const access = accessTo(master, 'reconciler', lab.place);
  printDrift({ plan, items }, branch, options.format, 'off' in access ? [] : [access.token]);
  process.exitCode = lab.hasErrors ? 3 : exitCodeOf(plan);
}

/** Without what says that this machine laid something over it. */
function commitOf(revision: string): string {
  return revision.replace(/\+local$/, '');
}

/** A report is worth more than its dates: where they cannot be kept, everything was first seen now. */
async function dated(plan: Plan, memory: DriftMemory, isKept: boolean): Promise<readonly DatedItem[]> {
  const now = new Date();
  try {
    if (!isKept)
      return dateDrift(driftItems(plan), plan, await memory.read(plan.master), now.toISOString()).items;
    return await rememberDrift(memory, plan, [], now);
  } catch (error) {
    if (!(error instanceof ExternalError)) throw error;
    printError(`warning: since when things drift is not known: ${error.message}`);
    return dateDrift(driftItems(plan), plan, [], now.toISOString()).items;
  }
}
