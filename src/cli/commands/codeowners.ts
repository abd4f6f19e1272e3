import type { Command } from 'commander';

import { addLabOption } from '../options/lab.js';
import { exitWith, print, printError } from '../output.js';

interface Options {
  readonly lab: string;
  readonly check?: boolean;
  readonly force?: boolean;
}

export function registerCodeowners(program: Command): void {
  const command = program
    .command('codeowners')
    .description('write .github/CODEOWNERS from the owners in the lab');
  addLabOption(command)
    .option('--check', 'write nothing; print the differences, and exit with 2 if there are any')
    .option('--force', 'replace a file that was not generated')
    .action(codeowners);
}

async function codeowners(options: Options): Promise<void> {
  const { compareCodeowners, writeCodeowners } = await import('../../app/codeowners/index.js');
  if (options.check !== true) {
    const { path, before, after } = await writeCodeowners(options);
    printError(before === after ? `${path} is up to date` : `wrote ${path}`);
    return;
  }
  const { path, before, after } = await compareCodeowners(options);
  if (before === after) {
    printError(`${path} is up to date`);
    return;
  }
  const { diffLines } = await import('../../plan/index.js');
  const lines = diffLines(before ?? '', after, 200) ?? ['more than 1,000 lines differ'];
  print(`--- ${path}\n+++ ${path}\n${lines.join('\n')}`);
  exitWith({ code: 2, why: `${path} ${before === null ? 'does not exist' : 'is out of date'}` });
}
