import type { Command } from 'commander';
import { resolve } from 'node:path';

import { parseHostPort } from '../options/lab.js';
import { hasPrettyLog, runPart } from '../part.js';

interface Options {
  readonly state: string;
  readonly listen: string;
  readonly control: string;
  readonly logs: string;
  readonly apiOnly?: true;
  readonly contextVariable: readonly string[];
  readonly trustedProxy: readonly string[];
}

export function registerMaster(program: Command): void {
  program
    .command('master')
    .description(
      'run the embedded master: API, scheduler and ZeroMQ gateway (on PostgreSQL if DATABASE_URL is set)',
    )
    .requiredOption('--state <DIR>', 'where it stores its database, keys and job logs', (path: string) =>
      resolve(path),
    )
    .option('--listen <HOST:PORT>', 'where the API listens', '127.0.0.1:8020')
    .option('--control <HOST:PORT>', 'where dispatchers connect', '127.0.0.1:5556')
    .option('--logs <HOST:PORT>', 'where job logs arrive', '127.0.0.1:5555')
    .option('--api-only', 'serve only the API, next to the master on the same PostgreSQL database')
    .option(
      '--context-variable <NAME>',
      "a variable that a job's context may set besides LAVA's own; can be repeated",
      collect,
      [],
    )
    .option(
      '--trusted-proxy <ADDRESS>',
      'address or network of a proxy on another machine that names its clients (X-Forwarded-For); can be repeated',
      collect,
      [],
    )
    .action(async (options: Options) => {
      const databaseUrl = process.env['DATABASE_URL'] ?? '';
      const run = {
        state: options.state,
        databaseUrl: databaseUrl === '' ? null : databaseUrl,
        http: parseHostPort(options.listen),
        control: parseHostPort(options.control),
        logs: parseHostPort(options.logs),
        extraContextVariables: options.contextVariable,
        trustedProxies: options.trustedProxy,
        prettyLog: hasPrettyLog(),
      };
      const { runMaster, runMasterApi } = await import('../../app/parts/index.js');
      await runPart(() => (options.apiOnly === true ? runMasterApi(run) : runMaster(run)));
    });
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
