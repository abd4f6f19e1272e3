import type { Command } from 'commander';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { UsageError } from '../../diagnostics/index.js';
import { createJobsClient, type JobsClient } from '../../lava/index.js';
import { chooseMaster, readTokenFile, requireAccess, type Access } from '../lab/connect.js';
import { loadUsableLab, placeOf } from '../lab/load.js';
import { addLabOptions, type LabOptions } from '../lab/options.js';
import { expectOwnState, readEndpoint } from '../state.js';

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
    .option('--url <URL>', 'a master that is in no lab')
    .option('--token-file <FILE>', 'with --url: a file that holds the token', (file: string) => resolve(file))
    .option('--token-env <NAME>', 'with --url: an environment variable that holds it', 'LAVA_TOKEN');
}

/** @throws UsageError when no master is meant or it is off; ExternalError */
export async function openJobs(options: MasterOptions): Promise<JobsClient> {
  return createJobsClient(await findAccess(options));
}

async function findAccess(options: MasterOptions): Promise<Access> {
  if (options.url !== undefined) {
    const token =
      options.tokenFile === undefined ? process.env[options.tokenEnv] : readTokenFile(options.tokenFile);
    const origin =
      options.tokenFile === undefined
        ? `the environment variable ${options.tokenEnv}`
        : `the file ${options.tokenFile}`;
    if (token !== undefined && token !== '') return { url: options.url, token, tokenOrigin: origin };
    throw new UsageError('there is no token', `set ${options.tokenEnv}, or give --token-file FILE`);
  }
  await expectOwnState(options.lab);
  const place = placeOf(options.lab);
  // The embedded master is known from its own file, also while the lab has findings.
  const endpoint = options.master === undefined ? readEndpoint(place.state) : null;
  if (endpoint !== null) {
    const { url, adminTokenFile } = endpoint;
    return { url, token: readTokenFile(adminTokenFile), tokenOrigin: `the file ${adminTokenFile}` };
  }
  if (options.master === undefined && !existsSync(join(options.lab, 'lab-config'))) {
    throw new UsageError(
      `${options.lab} is no lab, so it is not known which master is meant`,
      'give --lab DIR, or --url URL with --token-file FILE',
    );
  }
  const { lab } = await loadUsableLab(options.lab, null);
  return requireAccess(chooseMaster(lab, options.master, place), 'admin', place);
}
