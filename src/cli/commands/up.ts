import type { Command } from 'commander';

import { addLabOption, type LabOptions } from '../lab/options.js';
import { up } from '../up/index.js';

export function registerUp(program: Command): void {
  const command = program
    .command('up')
    .description('everything on one machine: embedded master, one dispatcher, the controller on this lab');
  addLabOption(command)
    .option('--listen <HOST:PORT>', "where the master's API listens", '127.0.0.1:8020')
    .option('--control <HOST:PORT>', 'where dispatchers connect', '127.0.0.1:5556')
    .option('--logs <HOST:PORT>', 'where job logs arrive', '127.0.0.1:5555')
    .action(async (options: Pick<LabOptions, 'lab'> & { listen: string; control: string; logs: string }) => {
      await up(options);
    });
}
