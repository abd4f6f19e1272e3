import type { Command } from 'commander';
import { createInterface } from 'node:readline/promises';

import type { ApplyFeedback, ApplyOptions, Progress } from '../../app/apply/index.js';
import { UsageError } from '../../diagnostics/index.js';
import type { Plan } from '../../plan/index.js';
import { labFeedback, printWait, printWarning } from '../feedback.js';
import { createInterrupt, type Interrupt } from '../interrupt.js';
import { addConsentOptions, consentsOf, type ConsentOptions } from '../options/consents.js';
import { addLabOptions, type LabOptions } from '../options/lab.js';
import { addRecordsOption, type RecordsOptions } from '../options/records.js';
import { print, printError, printJson, printProgress } from '../output.js';

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
    .description('bring a committed revision to a master; FILE is a plan that was reviewed');
  addRecordsOption(addConsentOptions(addLabOptions(command)))
    .option('--rev <REV>', 'which committed revision', 'HEAD')
    .option('--master <NAME>', 'which master (default: the only one that is not off)')
    .option('--yes', 'do not ask')
    .option('--force <REASON>', 'pass a safety limit, and restore contested drift; the reason is recorded')
    .option(
      '--canary <DEVICE>',
      'this device gets the change first, and its health check decides about the rest',
    )
    .option('--canary-of <TYPE>', 'the same with any healthy device of a type')
    .action(apply);
}

async function apply(planFile: string | undefined, options: Options): Promise<void> {
  const { lab, rev, master, records } = options;
  const consents = consentsOf(options);
  const canary = canaryOf(options);
  const interrupt = createInterrupt('Run lavaflow plan to see what is left; the next apply does it.');
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
    print(describeResult(applied.result));
  }
  process.exitCode = applied.exitCode;
}

function feedbackOf({ yes }: Options, interrupt: Interrupt): ApplyFeedback {
  return {
    ...labFeedback,
    review: yes === true ? null : review,
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
  // Printed to a log too: a run that stands still for minutes looks dead.
  if (progress.step === 'canary') printError(`canary ${progress.device}: ${canaryWords[progress.state]}`);
  if (progress.step !== 'outcome') return;
  const { outcome, index, of } = progress;
  printProgress(`${index + 1}/${of} ${outcome.verb} ${outcome.key} ${outcome.status}`);
}

const canaryWords = {
  'waiting until idle': 'in maintenance until its job has ended (half an hour at most)',
  writing: 'gets the change',
  checking: 'its health check decides (half an hour at most)',
  kept: 'is well',
  'putting back': 'gets back what it had',
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
 * Shows the plan and asks.
 * @throws UsageError when there is nobody to ask, or the answer is not yes
 */
async function review(plan: Plan): Promise<void> {
  const [{ isEmpty }, { printPlan }] = await Promise.all([
    import('../../plan/index.js'),
    import('../print/plan.js'),
  ]);
  if (isEmpty(plan)) return;
  printPlan(plan, 'text');
  if (!process.stdin.isTTY) {
    throw new UsageError('nobody is here to say yes', 'Review the plan with lavaflow plan, then use --yes.');
  }
  if ((await ask('Apply? Only "yes" does it: ')) !== 'yes') throw new UsageError('nothing was applied');
}

/** The answer of the person at the terminal; null for Ctrl-C and Ctrl-D. */
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
