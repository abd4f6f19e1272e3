import type { Command } from 'commander';
import { statSync, writeFileSync } from 'node:fs';

import { ExternalError, reasonOf } from '../../diagnostics/index.js';
import { replaceFileSync } from '../../host/index.js';
import { exitCodeOf, planToJson, type Plan } from '../../plan/index.js';
import { planMaster } from '../../reconcile/index.js';
import { expectInBoth, readBaseRules, remarksOnRules } from '../lab/base-rules.js';
import { addConsentOptions, consentsOf, type ConsentOptions } from '../lab/consents.js';
import { accessTo, chooseMaster } from '../lab/connect.js';
import { loadUsableLab } from '../lab/load.js';
import { addRecordsOption, type RecordsOptions } from '../lab/open-records.js';
import { addLabOptions, addRevisionOption, type LabOptions } from '../lab/options.js';
import { planRequest } from '../lab/plan-request.js';
import { printPlan } from '../lab/print-plan.js';

interface PlanOptions extends LabOptions, ConsentOptions, RecordsOptions {
  readonly rev?: string;
  readonly master?: string;
  readonly out?: string;
  readonly policyFrom?: string;
}

export function registerPlan(program: Command): void {
  const command = program.command('plan').description('what apply would do, and why');
  addRecordsOption(addConsentOptions(addRevisionOption(addLabOptions(command, ['text', 'json', 'markdown']))))
    .option('--master <NAME>', 'which master (default: the only one that is not off)')
    .option(
      '--policy-from <REV>',
      "the masters' addresses, tokens and modes, and the policy, are those of this revision: of the branch that a change is for",
    )
    .option('--out <FILE>', 'also write the plan to a file, for lavaflow apply FILE')
    .action(async (options: PlanOptions) => {
      const { policyFrom } = options;
      const base = policyFrom === undefined ? null : await readBaseRules(options.lab, policyFrom);
      const lab = await loadUsableLab(options.lab, options.rev ?? null, base?.rules);
      if (base !== null) expectInBoth(options.master, lab.lab, base);
      const master = chooseMaster(lab.lab, options.master, lab.place);
      const remarks = base === null ? [] : remarksOnRules(base, lab.files);
      const plan = await planMaster(planRequest(lab, master, consentsOf(options), options.records, remarks));
      if (options.out !== undefined) writePlan(options.out, plan);
      const access = accessTo(master, 'reconciler', lab.place);
      printPlan(plan, options.format, 'off' in access ? [] : [access.token]);
      process.exitCode = lab.hasErrors ? 3 : exitCodeOf(plan);
    });
}

/** It holds the texts as they are, and what masks them does not know every secret. */
function writePlan(file: string, plan: Plan): void {
  const text = `${JSON.stringify(planToJson(plan))}\n`;
  try {
    // A pipe or `/dev/stdout` is written to, not replaced.
    if (statSync(file, { throwIfNoEntry: false })?.isFile() === false) writeFileSync(file, text);
    else replaceFileSync(file, text);
  } catch (cause) {
    const why = reasonOf(cause);
    throw new ExternalError({ what: 'write the plan', where: file, why, retry: 'after-change', cause });
  }
}
