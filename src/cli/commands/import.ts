import { Option, type Command } from 'commander';

import { createInterrupt } from '../interrupt.js';
import { addRecordsOption, type RecordsOptions } from '../options/records.js';
import { print, printJson, printProgress } from '../output.js';

interface Options extends RecordsOptions {
  readonly master: string;
  readonly tokenEnv?: string;
  readonly tokenFile?: string;
  readonly name?: string;
  readonly site?: string;
  readonly allTemplates?: boolean;
  readonly format: string;
}

export function registerImport(program: Command): void {
  const command = program
    .command('import <DIR>')
    .description('write a running master as a lab repo, so that plan reports no changes');
  addRecordsOption(command)
    .requiredOption('--master <URL>', "the master's address")
    .option('--token-env <NAME>', 'the environment variable that contains its token (default: LAVA_TOKEN)')
    .addOption(new Option('--token-file <FILE>', 'the file that contains its token').conflicts('tokenEnv'))
    .option('--name <NAME>', 'the name of the master in the lab (default: its host name)')
    .option('--site <NAME>', 'the site of all its workers (default: the name of the master)')
    .option(
      '--all-templates',
      "also import templates that may be LAVA's own, if LAVA does not report which are",
    )
    .addOption(new Option('--format <FORMAT>', 'the output format').choices(['text', 'json']).default('text'))
    .action(importInto);
}

async function importInto(directory: string, options: Options): Promise<void> {
  const { format, allTemplates, ...rest } = options;
  const [{ importLab }, { describeImport, importToJson }] = await Promise.all([
    import('../../app/new-lab/index.js'),
    import('../print/import.js'),
  ]);
  const outcome = await importLab(
    { ...rest, directory, allTemplates: allTemplates === true },
    {
      interruption: createInterrupt('Nothing was written. Run the import again.'),
      onReading: (url) => {
        printProgress(`reading ${url}`);
      },
    },
  );
  if (format === 'json') printJson(importToJson(outcome));
  else print(describeImport(outcome));
}
