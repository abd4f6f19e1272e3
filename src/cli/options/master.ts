import type { Command } from 'commander';
import { resolve } from 'node:path';

import { addLabOptions, type LabOptions } from './lab.js';

/** Specifies the master whose jobs, devices or workers a command is about. */
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
      'the master, by its name in the lab (default: the embedded one, or the only one that is not off)',
    )
    .option('--url <URL>', 'the master, by its URL; no lab is needed')
    .option('--token-file <FILE>', 'with --url: a file that contains the token', (file: string) =>
      resolve(file),
    )
    .option('--token-env <NAME>', 'with --url: an environment variable that contains it', 'LAVA_TOKEN');
}
