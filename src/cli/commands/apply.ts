import type { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';

import { ExternalError, reasonOf, UsageError } from '../../diagnostics/index.js';
import { countUncommitted } from '../../git/index.js';
import { isEmpty, planFromJson, planToJson, type Plan } from '../../plan/index.js';
import { exitCodeOfApply, planMaster, reconcile, type ReconcileRequest } from '../../reconcile/index.js';
import { addConsentOptions, consentsOf, type ConsentOptions } from '../lab/consents.js';
import { chooseMaster } from '../lab/connect.js';
import { datedDrift } from '../lab/date-drift.js';
import { loadUsableLab } from '../lab/load.js';
import { addRecordsOption, describeWait, type RecordsOptions } from '../lab/open-records.js';
import { addLabOptions, type LabOptions } from '../lab/options.js';
import { planRequest } from '../lab/plan-request.js';
import { printPlan } from '../lab/print-plan.js';
import { describeResult } from '../lab/result.js';
import { createInterrupt } from '../interrupt.js';
import { print, printError, printJson, printProgress } from '../output.js';

interface ApplyOptions extends LabOptions, ConsentOptions, RecordsOptions {
  readonly rev: string;
  readonly master?: string;
  readonly yes?: boolean;
  readonly canary?: string;
  readonly canaryOf?: string;
}

export function registerApply(program: Command): void {
  const command = program
    .command('apply [FILE]')
    .description('make a master what a committed revision says; FILE is a plan that was reviewed');
  addRecordsOption(addConsentOptions(addLabOptions(command)))
    .option('--rev <REV>', 'which committed revision', 'HEAD')
    .option('--master <NAME>', 'which master (default: the only one that is not off)')
    .option('--yes', 'do not ask')
    .option(
      '--force <REASON>',
      'pass a safety limit, and put back what is contested; the reason goes on the record',
    )
    .option(
      '--canary <DEVICE>',
      'this device gets the change first, and its health check decides about the rest',
    )
    .option('--canary-of <TYPE>', 'the same with any healthy device of a type')
    .action(apply);
}

async function apply(file: string | undefined, options: ApplyOptions): Promise<void> {
  const expected = file === undefined ? undefined : readPlan(file);
  const lab = await loadUsableLab(options.lab, expected === undefined ? options.rev : revisionOf(expected));
  if (expected === undefined && options.rev === 'HEAD') await remarkUncommitted(options.lab);
  const master = chooseMaster(lab.lab, options.master ?? expected?.master, lab.place);
  const consents = consentsOf(options);
  const settings = expected?.settings;
  const { drift, ...asked } = planRequest(lab, master, { ...consents, ...pick(settings) }, options.records);
  // Forced, what is contested is put back too, unless a plan was reviewed in which it is not.
  const request = consents.force !== null && expected === undefined ? asked : { ...asked, drift };

  const reviewed = expected ?? (options.yes === true ? undefined : await review(await planMaster(request)));
  const interrupt = createInterrupt('lavaflow plan shows what is left, and the next apply does it');
  const result = await reconcile({
    ...request,
    signal: interrupt.signal,
    ...(reviewed === undefined ? {} : { expected: reviewed }),
    // Whoever wrote the plan file is not who allows deletions now.
    allowDelete: consents.allowDelete,
    ...canaryOf(options),
    onProgress: (progress) => {
      if (progress.step === 'planned') interrupt.arm();
      if (progress.step === 'waiting') printError(describeWait(progress));
      // In a log too: a run that stands still for minutes looks dead.
      if (progress.step === 'canary') printError(`canary ${progress.device}: ${canaryWords[progress.state]}`);
      if (progress.step !== 'outcome') return;
      const { outcome, index, of } = progress;
      printProgress(`${index + 1}/${of} ${outcome.verb} ${outcome.key} ${outcome.status}`);
    },
  });
  // Whoever sees drift first dates it; what was not looked at whole, after the master went away, is left to the next.
  if (result.failure === undefined) await datedDrift(result.plan, drift, result.outcomes);
  if (options.format === 'json') printJson({ ...result, plan: planToJson(result.plan), record: undefined });
  else print(describeResult(result));
  const code = exitCodeOfApply(result);
  process.exitCode = lab.hasErrors && (code === 0 || code === 5) ? 3 : code;
}

/** `plan` shows them, and who has just looked at it expects them here. */
async function remarkUncommitted(directory: string): Promise<void> {
  const count = await countUncommitted(directory);
  if (count === 0) return;
  const files = count === 1 ? '1 file of the lab has changes' : `${count} files of the lab have changes`;
  printError(`note: ${files} that are not committed; they are not applied`);
}

const canaryWords = {
  'waiting until idle': 'in maintenance, and until it has no job any more (half an hour at most)',
  writing: 'gets the change',
  checking: 'its health check decides (half an hour at most)',
  kept: 'is well',
  'putting back': 'gets back what it had',
} as const;

/** @throws UsageError when both are given */
function canaryOf({ canary: device, canaryOf: deviceType }: ApplyOptions): Pick<ReconcileRequest, 'canary'> {
  if (device !== undefined && deviceType !== undefined)
    throw new UsageError('give --canary or --canary-of, not both');
  if (device !== undefined) return { canary: { device } };
  return deviceType === undefined ? {} : { canary: { deviceType } };
}

/** What the plan was made under holds for its apply: what was reviewed is what is done. */
function pick(
  settings: Plan['settings'] | undefined,
): Partial<Pick<Plan['settings'], 'adopt' | 'allowDelete'>> {
  return settings === undefined ? {} : { adopt: settings.adopt, allowDelete: settings.allowDelete };
}

/** Shows the plan and asks. @throws UsageError when there is nobody to ask, or the answer is not yes */
async function review(plan: Plan): Promise<Plan> {
  if (isEmpty(plan)) return plan;
  printPlan(plan, 'text');
  if (!process.stdin.isTTY)
    throw new UsageError('nobody is here to say yes', 'look at lavaflow plan, then give --yes');
  if ((await ask('Apply? Only "yes" does it: ')) !== 'yes') throw new UsageError('nothing was applied');
  return plan;
}

/** What a person at the terminal answers; null for Ctrl-C and Ctrl-D. */
async function ask(question: string): Promise<string | null> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(question);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
    // The cursor is still behind the question.
    printError('\n');
    return null;
  } finally {
    terminal.close();
  }
}

function readPlan(file: string): Plan {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const why = reasonOf(error);
    throw new ExternalError({ what: 'read the plan', where: file, why, retry: 'after-change', cause: error });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UsageError(`${file} is not a plan`, 'make one with lavaflow plan --out FILE');
  }
  return planFromJson(value);
}

/** @throws UsageError for a plan of a working tree: only what is committed is applied */
function revisionOf(plan: Plan): string {
  const revision = plan.revision.replace(/\+local$/, '');
  if (revision !== 'working-tree') return revision;
  throw new UsageError(
    'this plan is of a working tree, and only committed revisions are applied',
    'commit, then lavaflow plan --rev HEAD --out FILE',
  );
}
