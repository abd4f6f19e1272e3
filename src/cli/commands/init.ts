import type { Command } from 'commander';

import { createInterrupt } from '../interrupt.js';
import { print } from '../output.js';
import { shellWord } from '../print/shell-word.js';

interface Options {
  readonly name?: string;
  readonly site: string;
}

export function registerInit(program: Command): void {
  program
    .command('init <DIR>')
    .description('create a lab repo with a workflow')
    .option('--name <NAME>', "the name of the lab (default: the directory's name)")
    .option('--site <NAME>', 'the site of its first worker', 'desk')
    .action(async (directory: string, options: Options) => {
      const { initLab } = await import('../../app/new-lab/index.js');
      const interrupt = createInterrupt('Nothing was written. Run lavaflow init again.');
      const made = await initLab({ ...options, directory }, interrupt);
      print(`created ${made.directory}, a lab repo with one commit`);
      print(`next: cd ${shellWord(made.directory)} && lavaflow up, to run it on this machine`);
    });
}
