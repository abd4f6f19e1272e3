import type { Command } from 'commander';
import { createInterface } from 'node:readline/promises';

import { UsageError } from '../../diagnostics/index.js';
import type { Plan } from '../../plan/index.js';
import { applyFeedback, createApplyInterrupt } from '../apply-feedback.js';
import { addCanaryOptions, canaryOf, type CanaryOptions } from '../options/canary.js';
import { addConsentOptions, addForceOption, consentsOf, type ConsentOptions } from '../options/consents.js';
import { addLabOptions, type LabOptions } from '../options/lab.js';
import { addRecordsOption, type RecordsOptions } from '../options/records.js';
import { exitWith, print, printError, printJson } from '../output.js';

interface Options extends LabOptions, ConsentOptions, CanaryOptions, RecordsOptions {
  readonly rev: string;
  readonly master?: string;
  readonly yes?: boolean;
  readonly signersFrom?: string;
}

export function registerApply(program: Command): void {
  const command = program
    .command('apply [FILE]')
    .description('apply a committed revision to a master, or FILE, a reviewed plan');
  addRecordsOption(addCanaryOptions(addForceOption(addConsentOptions(addLabOptions(command)))))
    .option('--rev <REV>', 'the committed revision to apply', 'HEAD')
    .option('--master <NAME>', 'the master to apply to (default: the only one that is not off)')
    .option(
      '--signers-from <REV>',
      'verify the signature with the signers of this revision instead of those of the applied one',
    )
    .option('--yes', 'apply without asking')
    .action(apply);
}

async function apply(planFile: string | undefined, options: Options): Promise<void> {
  const { lab, rev, master, records, yes, format, signersFrom } = options;
  const consents = consentsOf(options);
  const canary = canaryOf(options);
  const interrupt = createApplyInterrupt();
  const { applyLab } = await import('../../app/apply/index.js');
  const applied = await applyLab(
    { lab, rev, planFile, master, consents, records, canary, signersFrom, signal: interrupt.signal },
    {
      ...applyFeedback(interrupt),
      review: yes === true ? null : (plan, secrets) => review(plan, format, secrets),
    },
  );
  if (format === 'json') {
    const { planToJson } = await import('../../plan/index.js');
    const { result } = applied;
    printJson({ ...result, plan: planToJson(result.plan), record: undefined });
  } else {
    const { describeResult } = await import('../print/apply-result.js');
    print(describeResult(applied.result, applied.secrets));
  }
  exitWith(applied.verdict);
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
