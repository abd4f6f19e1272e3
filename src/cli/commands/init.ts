import type { Command } from 'commander';
import { basename, resolve } from 'node:path';

import { newLab } from '../../lab/index.js';
import { labNameOf, requireName } from '../lab/names.js';
import { makeRepository } from '../lab/new-repository.js';
import { print } from '../output.js';
import { findOwnSource } from '../own-source.js';

export function registerInit(program: Command): void {
  program
    .command('init <DIR>')
    .description('a new lab repo, with workflows')
    .option('--name <NAME>', "what people call the lab (default: the directory's name)")
    .option('--site <NAME>', 'where its first worker stands', 'desk')
    .action(async (directory: string, options: { name?: string; site: string }) => {
      const site = requireName('site', options.site);
      const lab = labNameOf(options.name ?? basename(resolve(directory)), site);
      const files = newLab({ lab, site, installs: await findOwnSource() });
      const made = await makeRepository(directory, files, `Begin the lab ${lab}`);
      print(`made ${made.directory}, a lab repo with one commit`);
      print(`next: cd ${made.directory} && lavaflow up, which runs it on this machine`);
    });
}
