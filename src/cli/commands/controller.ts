import type { Command } from 'commander';
import { resolve } from 'node:path';

import { UsageError } from '../../diagnostics/index.js';
import { addLabOption, parseHostPort, type LabOptions } from '../options/lab.js';
import { addRecordsOption, type RecordsOptions } from '../options/records.js';
import { hasPrettyLog, runPart } from '../part.js';

interface Options extends Pick<LabOptions, 'lab'>, RecordsOptions {
  readonly branch?: string;
  readonly schedule: string;
  readonly scheduleTimeZone?: string;
  readonly listen?: { readonly host: string; readonly port: number };
  readonly webhookSecretEnv?: string;
  readonly webhookSecretFile?: string;
  readonly notifications?: string;
  readonly github?: string;
}

export function registerController(program: Command): void {
  const command = program
    .command('controller')
    .description('watch the lab, reconcile its masters and report their status');
  addRecordsOption(addLabOption(command))
    .option('--branch <NAME>', 'the branch to follow (default: the one that is checked out)')
    .option(
      '--schedule <CRON>',
      'when to compare everything again even if the lab did not change',
      '*/5 * * * *',
    )
    .option(
      '--schedule-time-zone <ZONE>',
      'the time zone of --schedule, such as Europe/Berlin (default: that of this machine)',
    )
    .option('--listen <HOST:PORT>', 'serve the status, metrics and webhooks here', parseHostPort)
    .option('--webhook-secret-env <NAME>', "accept GitHub's webhooks, with the secret in this variable")
    .option('--webhook-secret-file <FILE>', "accept GitHub's webhooks, with the secret in this file")
    .option(
      '--notifications <FILE>',
      'where to send messages about incidents (default: .lavaflow/notifications.yaml, if it exists)',
    )
    .option(
      '--github <OWNER/NAME>',
      'keep an issue about the drift of each master in this repository, and obey its boxes; needs GITHUB_TOKEN',
      repositoryIn,
    )
    .action(async (options: Options) => {
      const { runController } = await import('../../app/controller/index.js');
      const prettyLog = hasPrettyLog();
      await runPart((onStatus) =>
        runController({ ...options, webhookSecret: secretOf(options), prettyLog, onStatus }),
      );
    });
}

/** @throws UsageError */
function repositoryIn(text: string): string {
  if (/^[\w.-]+\/[\w.-]+$/.test(text)) return text;
  throw new UsageError(`--github ${text} is not OWNER/NAME`);
}

/** @throws UsageError when both are given */
function secretOf({ webhookSecretEnv: env, webhookSecretFile: file }: Options) {
  if (env !== undefined && file !== undefined) {
    throw new UsageError('--webhook-secret-env and --webhook-secret-file exclude each other');
  }
  return file !== undefined ? { file: resolve(file) } : env === undefined ? undefined : { env };
}
