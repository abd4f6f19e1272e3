import type { Command } from 'commander';
import { resolve } from 'node:path';

import { UsageError } from '../../diagnostics/index.js';
import { createLogger } from '../../telemetry/index.js';
import { parseHostPort } from '../lab/options.js';
import { logLevel } from '../log-level.js';
import { runPart } from '../part.js';

interface MasterOptions {
  readonly state: string;
  readonly listen: string;
  readonly control: string;
  readonly logs: string;
  readonly apiOnly?: true;
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
    .option('--api-only', 'serve only the API, besides the master on the same PostgreSQL database')
    .action(async (options: MasterOptions) => {
      const { startApi, startMaster } = await import('../../master/index.js');
      await runPart(async () => {
        const databaseUrl = process.env['DATABASE_URL'] ?? '';
        const shared = {
          stateDir: options.state,
          http: parseHostPort(options.listen),
          log: createLogger({ level: logLevel(), pretty: process.stderr.isTTY }).logger,
        };
        if (options.apiOnly === true) {
          if (databaseUrl === '') {
            throw new UsageError(
              '--api-only needs the PostgreSQL database of a master',
              'Set DATABASE_URL to the one that the master uses.',
            );
          }
          const api = await startApi({ ...shared, databaseUrl });
          return { ready: { url: api.url }, stop: () => api.stop() };
        }
        const master = await startMaster({
          ...shared,
          ...(databaseUrl === '' ? {} : { databaseUrl }),
          control: parseHostPort(options.control),
          logs: parseHostPort(options.logs),
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
