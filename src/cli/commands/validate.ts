import type { Command } from 'commander';

import { formatFindings, hasErrors, type FindingsFormat } from '../../diagnostics/index.js';
import { placeOf } from '../lab/load.js';
import { addLabOptions, addRevisionOption, type LabOptions } from '../lab/options.js';
import { readLab } from '../lab/read-lab.js';
import { print, printError } from '../output.js';

export function registerValidate(program: Command): void {
  const command = program
    .command('validate')
    .description('every finding in the lab repo, at file:line:column');
  addRevisionOption(addLabOptions(command, ['text', 'json', 'github', 'sarif'])).action(
    async (options: LabOptions & { rev?: string }) => {
      const reading = await readLab(options.lab, options.rev ?? null, placeOf(options.lab).state);
      print(formatFindings(reading.findings, options.format as FindingsFormat));
      if (hasErrors(reading.findings)) process.exitCode = 3;
      else if (options.format === 'text' && reading.findings.length === 0) printError('no findings');
    },
  );
}
