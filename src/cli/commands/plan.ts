import type { Command } from 'commander';
import { writeFileSync } from 'node:fs';

import { exitCodeOf, planToJson } from '../../plan/index.js';
import { planMaster } from '../../reconcile/index.js';
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
}

export function registerPlan(program: Command): void {
  const command = program.command('plan').description('what apply would do, and why');
  addRecordsOption(addConsentOptions(addRevisionOption(addLabOptions(command, ['text', 'json', 'markdown']))))
    .option('--master <NAME>', 'which master (default: the only one that is not off)')
    .option('--out <FILE>', 'also write the plan to a file, for lavaflow apply FILE')
    .action(async (options: PlanOptions) => {
      const lab = await loadUsableLab(options.lab, options.rev ?? null);
      const master = chooseMaster(lab.lab, options.master, lab.place);
      const plan = await planMaster(planRequest(lab, master, consentsOf(options), options.records));
      if (options.out !== undefined) writeFileSync(options.out, `${JSON.stringify(planToJson(plan))}\n`);
      const access = accessTo(master, 'reconciler', lab.place);
      printPlan(plan, options.format, 'off' in access ? [] : [access.token]);
      process.exitCode = lab.hasErrors ? 3 : exitCodeOf(plan);
    });
}
