import type { Command } from 'commander';
import { createInterface } from 'node:readline/promises';

import type { ApplyFeedback, ApplyOptions, Progress } from '../../app/apply/index.js';
import { printable, UsageError } from '../../diagnostics/index.js';
import { describeSuspension } from '../../model/index.js';
import type { Plan } from '../../plan/index.js';
import { labFeedback, printWait, printWarning } from '../feedback.js';
import { createInterrupt, type Interrupt } from '../interrupt.js';
import { addConsentOptions, consentsOf, type ConsentOptions } from '../options/consents.js';
import { addLabOptions, type LabOptions } from '../options/lab.js';
import { addRecordsOption, type RecordsOptions } from '../options/records.js';
import { exitWith, print, printError, printJson, printProgress } from '../output.js';

interface Options extends LabOptions, ConsentOptions, RecordsOptions {
  readonly rev: string;
  readonly master?: string;
  readonly yes?: boolean;
  readonly canary?: string;
  readonly canaryOf?: string;
}

export function registerApply(program: Command): void {
  const command = program
    .command('apply [FILE]')
    .description('apply a committed revision to a master, or FILE, a reviewed plan');
  addRecordsOption(addConsentOptions(addLabOptions(command)))
    .option('--rev <REV>', 'the committed revision to apply', 'HEAD')
    .option('--master <NAME>', 'the master to apply to (default: the only one that is not off)')
    .option('--yes', 'apply without asking')
    .option('--force <REASON>', 'pass a safety limit, and restore contested drift; the reason is recorded')
    .option(
      '--canary <DEVICE>',
      'apply the change to this device first; its health check decides whether the others get it',
    )
    .option('--canary-of <TYPE>', 'like --canary, with any healthy device of this type')
    .action(apply);
}

async function apply(planFile: string | undefined, options: Options): Promise<void> {
  const { lab, rev, master, records } = options;
  const consents = consentsOf(options);
  const canary = canaryOf(options);
  const interrupt = createInterrupt('Run lavaflow plan to see what is left. The next apply completes it.');
  const { applyLab } = await import('../../app/apply/index.js');
  const applied = await applyLab(
    { lab, rev, planFile, master, consents, records, canary, signal: interrupt.signal },
    feedbackOf(options, interrupt),
  );
  if (options.format === 'json') {
    const { planToJson } = await import('../../plan/index.js');
    const { result } = applied;
    printJson({ ...result, plan: planToJson(result.plan), record: undefined });
  } else {
    const { describeResult } = await import('../print/apply-result.js');
    print(describeResult(applied.result, applied.secrets));
  }
  exitWith(applied.verdict);
}

function feedbackOf({ yes, format }: Options, interrupt: Interrupt): ApplyFeedback {
  return {
    ...labFeedback,
    review: yes === true ? null : (plan, secrets) => review(plan, format, secrets),
    onWarning: printWarning,
    onUncommitted(count) {
      const files = count === 1 ? '1 file of the lab has changes' : `${count} files of the lab have changes`;
      printError(`note: ${files} that are not committed; they are not applied`);
    },
    onProgress(progress) {
      if (progress.step === 'planned') interrupt.arm();
      printStep(progress);
    },
  };
}

function printStep(progress: Progress): void {
  if (progress.step === 'waiting') printWait(progress);
  if (progress.step === 'suspension ended')
    printError(
      printable(`note: the suspension has ended that was set ${describeSuspension(progress.suspension)}`),
    );
  // Also printed when the output is a log: a run that is silent for minutes looks dead.
  if (progress.step === 'canary') printError(`canary ${progress.device}: ${canaryWords[progress.state]}`);
  if (progress.step !== 'outcome') return;
  const { outcome, index, of } = progress;
  printProgress(`${index + 1}/${of} ${outcome.verb} ${outcome.key} ${outcome.status}`);
}

const canaryWords = {
  'waiting until idle': 'in maintenance until its job ends (at most half an hour)',
  writing: 'getting the change',
  checking: 'waiting for its health check (at most half an hour)',
  kept: 'healthy with the change',
  'putting back': 'getting its previous configuration back',
} as const;

/** @throws UsageError when both are given */
function canaryOf({ canary: device, canaryOf: deviceType }: Options): ApplyOptions['canary'] {
  if (device !== undefined && deviceType !== undefined) {
    throw new UsageError('--canary and --canary-of exclude each other', 'Specify only one of them.');
  }
  if (device !== undefined) return { device };
  return deviceType === undefined ? undefined : { deviceType };
}

/**
 * Shows the plan and asks for confirmation.
 * @throws UsageError when standard input is not a terminal, or the reply is not yes
 */
async function review(plan: Plan, format: string, secrets: readonly string[]): Promise<void> {
  const [{ formatPlanText, isEmpty }, { printPlan }] = await Promise.all([
    import('../../plan/index.js'),
    import('../print/plan.js'),
  ]);
  if (isEmpty(plan)) return;
  // Standard output is for the result.
  if (format === 'json') printError(formatPlanText(plan, { color: false, diffs: true, secrets }));
  else printPlan(plan, 'text', secrets);
  if (!process.stdin.isTTY) {
    throw new UsageError(
      'cannot ask for confirmation: standard input is not a terminal',
      'Review the plan with lavaflow plan, then use --yes.',
    );
  }
  if ((await ask('Apply this plan? Type "yes" to apply it: ')) !== 'yes')
    throw new UsageError('nothing was applied');
}

/** Reads the reply from the terminal; null for Ctrl-C and Ctrl-D. */
async function ask(question: string): Promise<string | null> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(question);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
    // The cursor is still on the line of the question.
    printError('\n');
    return null;
  } finally {
    terminal.close();
  }
}
