import type { Command } from 'commander';

import { formatFindings, hasErrors, type Finding, type FindingsFormat } from '../../diagnostics/index.js';
import { addLabOptions, addRevisionOption, type LabOptions } from '../options/lab.js';
import { exitWith, print, printError } from '../output.js';

interface Options extends LabOptions {
  readonly rev?: string;
}

export function registerValidate(program: Command): void {
  const command = program
    .command('validate')
    .description('list every finding in the lab repo, at file:line:column');
  addRevisionOption(addLabOptions(command, ['text', 'json', 'github', 'sarif'])).action(validate);
}

async function validate(options: Options): Promise<void> {
  const { validateLab } = await import('../../app/validate/index.js');
  const findings = await validateLab(options);
  print(formatFindings(findings, options.format as FindingsFormat));
  if (options.format === 'text') printError(summaryOf(findings));
  if (hasErrors(findings)) exitWith({ code: 3, why: options.format === 'text' ? null : summaryOf(findings) });
}

/** `2 errors, 1 warning`, or `no findings`. */
function summaryOf(findings: readonly Finding[]): string {
  const counts = (['error', 'warning', 'note'] as const).flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}${count === 1 ? '' : 's'}`];
  });
  return counts.join(', ') || 'no findings';
}
