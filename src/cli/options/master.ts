import type { Command } from 'commander';
import { resolve } from 'node:path';

import { addLabOptions, type LabOptions } from './lab.js';

/** How a command finds the master whose jobs, devices or workers it is about. */
export interface MasterOptions extends LabOptions {
  readonly master?: string;
  readonly url?: string;
  readonly tokenFile?: string;
  readonly tokenEnv: string;
}

export function addMasterOptions(command: Command): Command {
  return addLabOptions(command)
    .option(
      '--master <NAME>',
      'a master of the lab (default: the embedded one, or the only one that is not off)',
    )
    .option('--url <URL>', 'a master outside any lab')
    .option('--token-file <FILE>', 'with --url: a file that holds the token', (file: string) => resolve(file))
    .option('--token-env <NAME>', 'with --url: an environment variable that holds it', 'LAVA_TOKEN');
}
