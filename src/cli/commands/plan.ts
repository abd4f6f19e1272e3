import type { Command } from 'commander';

import { labFeedback } from '../feedback.js';
import { addConsentOptions, consentsOf, type ConsentOptions } from '../options/consents.js';
import { addLabOptions, addRevisionOption, type LabOptions } from '../options/lab.js';
import { addRecordsOption, type RecordsOptions } from '../options/records.js';
import { exitWith } from '../output.js';

interface Options extends LabOptions, ConsentOptions, RecordsOptions {
  readonly rev?: string;
  readonly master?: string;
  readonly out?: string;
  readonly policyFrom?: string;
}

export function registerPlan(program: Command): void {
  const command = program.command('plan').description('show what apply would do, and why');
  addRecordsOption(addConsentOptions(addRevisionOption(addLabOptions(command, ['text', 'json', 'markdown']))))
    .option('--master <NAME>', 'the master to plan for (default: the only one that is not off)')
    .option(
      '--policy-from <REV>',
      'use the policy, and the addresses, tokens and modes of the masters, of this revision: the target branch of a change',
    )
    .option('--out <FILE>', 'also write the plan to FILE, for lavaflow apply FILE')
    .action(plan);
}

async function plan(options: Options): Promise<void> {
  const consents = consentsOf(options);
  const [{ planLab }, { printPlan }, { verdictOfPlan }] = await Promise.all([
    import('../../app/plan/index.js'),
    import('../print/plan.js'),
    import('../../plan/index.js'),
  ]);
  const planned = await planLab({ ...options, consents }, labFeedback);
  printPlan(planned.plan, options.format, planned.secrets);
  exitWith(
    planned.hasErrors
      ? { code: 3, why: 'the lab has errors; what depends on them is blocked' }
      : verdictOfPlan(planned.plan),
  );
}
