import type { Command } from 'commander';

import { exitCodeOf, noConsents } from '../../plan/index.js';
import { detectDrift } from '../../reconcile/index.js';
import { chooseMaster } from '../lab/connect.js';
import { loadUsableLab } from '../lab/load.js';
import { addRecordsOption, type RecordsOptions } from '../lab/open-records.js';
import { addLabOptions, type LabOptions } from '../lab/options.js';
import { planRequest } from '../lab/plan-request.js';
import { printPlan } from '../lab/print-plan.js';

export function registerDrift(program: Command): void {
  const command = program
    .command('drift')
    .description('what differs from the last applied revision, with cause');
  addRecordsOption(addLabOptions(command, ['text', 'json', 'markdown']))
    .option('--rev <REV>', 'compare with this revision (default: the last applied one)')
    .option('--master <NAME>', 'which master (default: the only one that is not off)')
    .action(async (options: LabOptions & RecordsOptions & { rev?: string; master?: string }) => {
      const head = await loadUsableLab(options.lab, options.rev ?? 'HEAD');
      const master = chooseMaster(head.lab, options.master, head.place);
      const request = planRequest(head, master, noConsents, options.records);
      const record = await request.records.read(master.name);
      const applied = options.rev ?? record?.revision.replace(/\+local$/, '');
      const lab = applied === undefined ? head : await loadUsableLab(options.lab, applied);
      const report = await detectDrift(
        planRequest(lab, lab.lab.masters.get(master.name) ?? master, noConsents, options.records),
      );
      printPlan(report.plan, options.format);
      process.exitCode = lab.hasErrors ? 3 : exitCodeOf(report.plan);
    });
}
