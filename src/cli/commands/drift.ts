import type { Command } from 'commander';

import { ExternalError, UsageError } from '../../diagnostics/index.js';
import type { Master } from '../../model/index.js';
import { exitCodeOf, noConsents } from '../../plan/index.js';
import { detectDrift } from '../../reconcile/index.js';
import { reportFailure } from '../failure.js';
import { accessTo, chooseMaster } from '../lab/connect.js';
import { datedDrift } from '../lab/date-drift.js';
import { loadUsableLab, type UsableLab } from '../lab/load.js';
import { addRecordsOption, type RecordsOptions } from '../lab/open-records.js';
import { addLabOptions, type LabOptions } from '../lab/options.js';
import { planRequest } from '../lab/plan-request.js';
import { driftToJson, printDrift } from '../lab/print-drift.js';
import { writeBackToBranch } from '../lab/write-back.js';
import { printError, printJson } from '../output.js';

interface DriftOptions extends LabOptions, RecordsOptions {
  readonly rev?: string;
  readonly master?: string;
  readonly writeBack?: boolean;
  readonly branch?: string;
  readonly push?: string;
  readonly removeGone?: boolean;
}

export function registerDrift(program: Command): void {
  const command = program
    .command('drift')
    .description('what somebody changed on the masters since the last apply, and since when');
  addRecordsOption(addLabOptions(command, ['text', 'json', 'markdown']))
    .option('--rev <REV>', 'compare with this revision (default: the last applied one)')
    .option('--master <NAME>', 'this master alone (default: all that are not off)')
    .option('--write-back', 'keep a branch that says what the master has, for review')
    .option('--branch <NAME>', 'the branch for --write-back (default: lavaflow/drift-MASTER)')
    .option('--push <REMOTE>', 'for --write-back: keep the branch there, a remote by name or URL')
    .option('--remove-gone', 'for --write-back: what is gone from the master goes from the lab')
    .action(drift);
}

async function drift(options: DriftOptions): Promise<void> {
  for (const option of ['branch', 'push', 'removeGone'] as const) {
    if (options[option] === undefined || options.writeBack === true) continue;
    const name = option === 'removeGone' ? 'remove-gone' : option;
    throw new UsageError(`--${name} is for --write-back`, 'give both');
  }
  const head = await loadUsableLab(options.lab, options.rev ?? 'HEAD');
  const masters = chooseMasters(head, options.master);
  const [only] = masters;
  if (masters.length === 1 && only !== undefined) {
    const { code, json } = await driftOn(head, only, options);
    if (options.format === 'json') printJson(json);
    process.exitCode = code;
    return;
  }
  if (options.branch !== undefined)
    throw new UsageError('--branch is one branch, and the lab has several masters', 'give --master NAME too');
  await driftOnAll(head, masters, options);
}

/** One master that cannot be reached does not hide the others. */
async function driftOnAll(head: UsableLab, masters: readonly Master[], options: DriftOptions): Promise<void> {
  const codes: number[] = [];
  const all: object[] = [];
  for (const master of masters) {
    try {
      const { code, json } = await driftOn(head, master, options);
      codes.push(code);
      all.push(json);
    } catch (error) {
      if (!(error instanceof ExternalError || error instanceof UsageError)) throw error;
      codes.push(reportFailure(error));
      all.push({ format: 'lavaflow-drift', master: master.name, failed: error.message });
    }
  }
  if (options.format === 'json') printJson({ format: 'lavaflow-drift-of-masters', masters: all });
  process.exitCode = [1, 3, 2, 5].find((code) => codes.includes(code)) ?? 0;
}

/** The named master, or all that are not off. The others are named: nobody is to think that they do not drift. */
function chooseMasters({ lab, place }: UsableLab, name: string | undefined): Master[] {
  const all = [...lab.masters.values()].map((master) => ({
    master,
    access: accessTo(master, 'admin', place),
  }));
  const on = all.flatMap(({ master, access }) => ('off' in access ? [] : [master]));
  if (name !== undefined || on.length === 0) return [chooseMaster(lab, name, place)];
  for (const { master, access } of all) {
    if ('off' in access) printError(`warning: not looked at: master ${master.name} is off: ${access.off}`);
  }
  return on;
}

/** Looks at one master, and prints what drifts unless all is to be JSON. */
async function driftOn(head: UsableLab, chosen: Master, options: DriftOptions) {
  const record = await planRequest(head, chosen, noConsents, options.records).records.read(chosen.name);
  const applied = record === null ? null : commitOf(record.revision);
  const isRead = options.rev !== undefined || applied === null || applied === commitOf(head.revision);
  const lab = isRead ? head : await loadUsableLab(options.lab, applied);
  const master = lab.lab.masters.get(chosen.name) ?? chosen;
  const request = planRequest(lab, master, noConsents, options.records);

  const { plan } = await detectDrift(request);
  // What differs from another revision than the applied one is not all drift: it is not remembered.
  const isKept = applied === null || applied === commitOf(lab.revision);
  const items = await datedDrift(plan, request.drift, [], isKept);
  const place = { directory: options.lab, revision: commitOf(lab.revision), templates: lab.templates };
  const { branch, push } = options;
  const choices = { branch, push, removesGone: options.removeGone === true };
  const back =
    options.writeBack === true
      ? await writeBackToBranch(place, request.target, master, items, choices)
      : null;
  const access = accessTo(master, 'reconciler', lab.place);
  if (options.format !== 'json')
    printDrift({ plan, items }, back, options.format, 'off' in access ? [] : [access.token]);
  const code = back?.state === 'taken' ? 1 : lab.hasErrors ? 3 : exitCodeOf(plan);
  return { code, json: driftToJson({ plan, items }, back) };
}

/** Without what says that this machine laid something over it. */
function commitOf(revision: string): string {
  return revision.replace(/\+local$/, '');
}
