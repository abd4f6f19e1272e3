import type { Command } from 'commander';
import { resolve } from 'node:path';

import { hasPrettyLog, runPart } from '../part.js';

interface Options {
  readonly hostname: string;
  readonly state: string;
  readonly control: string;
  readonly logs: string;
  readonly masterCertificate: string;
  readonly certificate: string;
  readonly leaveJobs?: boolean;
  readonly jobUser?: string;
  readonly jobNamespaces: boolean;
}

const path = (text: string): string => resolve(text);

export function registerDispatcher(program: Command): void {
  program
    .command('dispatcher')
    .description("run a worker's agent, which connects to its master and runs jobs on its boards")
    .requiredOption('--hostname <NAME>', "the worker's name")
    .requiredOption('--state <DIR>', 'where it stores its jobs', path)
    .requiredOption('--master-certificate <FILE>', "the master's public certificate", path)
    .requiredOption('--certificate <FILE>', "this worker's secret certificate, NAME.key_secret", path)
    .option('--control <URL>', "the master's control endpoint", 'tcp://127.0.0.1:5556')
    .option('--logs <URL>', "the master's log endpoint", 'tcp://127.0.0.1:5555')
    .option('--leave-jobs', 'leave jobs running when the dispatcher stops; the next one picks them up')
    .option('--job-user <USER>', 'run jobs as this user (as root; default: a user ID for each job)')
    .option(
      '--no-job-namespaces',
      'do not hide other processes from jobs; device commands with sudo require this',
    )
    .action(async ({ leaveJobs, jobUser, ...options }: Options) => {
      const { runDispatcher } = await import('../../app/parts/index.js');
      const jobsAtStop = leaveJobs === true ? 'leave' : 'cancel';
      const prettyLog = hasPrettyLog();
      await runPart(() => runDispatcher({ ...options, jobUser: jobUser ?? null, jobsAtStop, prettyLog }));
    });
}
