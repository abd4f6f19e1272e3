import { createInterface } from 'node:readline/promises';

import { Option, type Command } from 'commander';

import { printable } from '../../diagnostics/index.js';
import { createInterrupt } from '../interrupt.js';
import { addRecordsOption, type RecordsOptions } from '../options/records.js';
import { print, printJson, printProgress } from '../output.js';

interface Options extends RecordsOptions {
  readonly master: string;
  readonly tokenEnv?: string;
  readonly tokenFile?: string;
  readonly name?: string;
  readonly site?: readonly string[];
  readonly lavaGit?: string | false;
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
    .option(
      '--site <NAME[=PATTERN]>',
      'the site of the workers whose names fit the pattern, or of all others; may be repeated (default: derived from the master)',
      (text: string, texts: readonly string[] | undefined) => [...(texts ?? []), text],
    )
    .option(
      '--lava-git <URL>',
      "LAVA's repository, or a copy of it (default: https://gitlab.com/lava/lava.git)",
    )
    .option('--no-lava-git', "do not fetch LAVA's own templates")
    .option(
      '--all-templates',
      "also import templates that may be LAVA's own, if LAVA does not report which are",
    )
    .addOption(new Option('--format <FORMAT>', 'the output format').choices(['text', 'json']).default('text'))
    .action(importInto);
}

async function importInto(directory: string, options: Options): Promise<void> {
  const { format, allTemplates, site, lavaGit, ...rest } = options;
  const [{ importLab }, { describeImport, importToJson }] = await Promise.all([
    import('../../app/new-lab/index.js'),
    import('../print/import.js'),
  ]);
  const outcome = await importLab(
    {
      ...rest,
      directory,
      allTemplates: allTemplates === true,
      sites: site,
      lavaGit: lavaGit === false ? null : typeof lavaGit === 'string' ? lavaGit : undefined,
    },
    {
      askSite: format === 'text' && process.stdin.isTTY && process.stderr.isTTY ? askSite : undefined,
      interruption: createInterrupt('Nothing was written. Run the import again.'),
      onReading: (url) => {
        printProgress(`reading ${url}`);
      },
    },
  );
  if (format === 'json') printJson(importToJson(outcome));
  else print(describeImport(outcome));
}

/** @returns null if the answer is empty */
async function askSite(workers: readonly string[], fallback: string): Promise<string | null> {
  const shown = workers.slice(0, 10).map(printable).join(', ');
  const more = workers.length > 10 ? ` and ${workers.length - 10} more` : '';
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`Site of ${shown}${more} [${fallback}]: `);
    return answer.trim() === '' ? null : answer.trim();
  } finally {
    terminal.close();
  }
}
