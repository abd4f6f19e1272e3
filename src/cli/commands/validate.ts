import type { Command } from 'commander';

import { formatFindings, hasErrors, type Finding, type FindingsFormat } from '../../diagnostics/index.js';
import { placeOf } from '../lab/load.js';
import { addLabOptions, addRevisionOption, type LabOptions } from '../lab/options.js';
import { readLab } from '../lab/read-lab.js';
import { print, printError } from '../output.js';

/** `2 errors, 1 warning`, or `no findings`. */
function summaryOf(findings: readonly Finding[]): string {
  const counts = (['error', 'warning', 'note'] as const).flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}${count === 1 ? '' : 's'}`];
  });
  return counts.join(', ') || 'no findings';
}

export function registerValidate(program: Command): void {
  const command = program
    .command('validate')
    .description('every finding in the lab repo, at file:line:column');
  addRevisionOption(addLabOptions(command, ['text', 'json', 'github', 'sarif'])).action(
    async (options: LabOptions & { rev?: string }) => {
      const reading = await readLab(options.lab, options.rev ?? null, placeOf(options.lab).state);
      print(formatFindings(reading.findings, options.format as FindingsFormat));
      if (options.format === 'text') printError(summaryOf(reading.findings));
      if (hasErrors(reading.findings)) process.exitCode = 3;
    },
  );
}
