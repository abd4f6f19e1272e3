import type { Command } from 'commander';
import { dirname, resolve } from 'node:path';

import { executableFile } from '../../package/index.js';
import { createLogger } from '../../telemetry/index.js';
import { logLevel } from '../log-level.js';
import { runPart } from '../part.js';

interface DispatcherOptions {
  readonly hostname: string;
  readonly state: string;
  readonly control: string;
  readonly logs: string;
  readonly masterCertificate: string;
  readonly certificate: string;
  readonly leaveJobs?: boolean;
}

export function registerDispatcher(program: Command): void {
  program
    .command('dispatcher')
    .description("a worker's agent: connects out to its master and runs jobs on its boards")
    .requiredOption('--hostname <NAME>', "the worker's name")
    .requiredOption('--state <DIR>', 'where it keeps its jobs', (path: string) => resolve(path))
    .requiredOption('--master-certificate <FILE>', "the master's public certificate", (path: string) =>
      resolve(path),
    )
    .requiredOption(
      '--certificate <FILE>',
      "this worker's secret certificate, NAME.key_secret",
      (path: string) => resolve(path),
    )
    .option('--control <URL>', "the master's control endpoint", 'tcp://127.0.0.1:5556')
    .option('--logs <URL>', "the master's log endpoint", 'tcp://127.0.0.1:5555')
    .option('--leave-jobs', 'running jobs go on when the dispatcher stops, for the next one to pick up')
    .action(async (options: DispatcherOptions) => {
      const { startDispatcher } = await import('../../dispatcher/index.js');
      const { executorCommand } = await import('../../executor/index.js');
      await runPart(async () => {
        const dispatcher = await startDispatcher({
          hostname: options.hostname,
          controlEndpoint: options.control,
          logEndpoint: options.logs,
          masterCertificateFile: options.masterCertificate,
          secretCertificateFile: options.certificate,
          stateDir: options.state,
          executorCommand: executorCommand(),
          // So that `lavaflow board ...` in a device dictionary runs this lavaflow.
          path: [dirname(executableFile())],
          log: createLogger({ level: logLevel(), pretty: process.stderr.isTTY }).logger,
        });
        return {
          ready: {},
          stop: () => dispatcher.stop({ jobs: options.leaveJobs === true ? 'leave' : 'cancel' }),
        };
      });
    });
}
