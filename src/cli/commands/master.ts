import type { Command } from 'commander';
import { resolve } from 'node:path';

import { createLogger } from '../../telemetry/index.js';
import { parseHostPort } from '../lab/options.js';
import { logLevel } from '../log-level.js';
import { runPart } from '../part.js';

interface MasterOptions {
  readonly state: string;
  readonly listen: string;
  readonly control: string;
  readonly logs: string;
}

export function registerMaster(program: Command): void {
  program
    .command('master')
    .description('the embedded master: API, scheduler, ZeroMQ gateway (PostgreSQL when DATABASE_URL is set)')
    .requiredOption('--state <DIR>', 'where it keeps its database, keys and job logs', (path: string) =>
      resolve(path),
    )
    .option('--listen <HOST:PORT>', 'where the API listens', '127.0.0.1:8020')
    .option('--control <HOST:PORT>', 'where dispatchers connect', '127.0.0.1:5556')
    .option('--logs <HOST:PORT>', 'where job logs arrive', '127.0.0.1:5555')
    .action(async (options: MasterOptions) => {
      const { startMaster } = await import('../../master/index.js');
      await runPart(async () => {
        const databaseUrl = process.env['DATABASE_URL'] ?? '';
        const master = await startMaster({
          stateDir: options.state,
          ...(databaseUrl === '' ? {} : { databaseUrl }),
          http: parseHostPort(options.listen),
          control: parseHostPort(options.control),
          logs: parseHostPort(options.logs),
          log: createLogger({ level: logLevel(), pretty: process.stderr.isTTY }).logger,
        });
        const { url, controlEndpoint, logEndpoint, adminTokenFile, reconcilerTokenFile, certificateFile } =
          master;
        return {
          ready: {
            url,
            control: controlEndpoint,
            logs: logEndpoint,
            adminTokenFile,
            reconcilerTokenFile,
            certificateFile,
          },
          stop: () => master.stop(),
        };
      });
    });
}
