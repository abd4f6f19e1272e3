import { Option, type Command } from 'commander';
import { resolve } from 'node:path';

import { UsageError } from '../../diagnostics/index.js';
import { parseHostPort } from '../options/lab.js';
import { printError } from '../output.js';
import { runPart } from '../part.js';

interface Options {
  readonly release?: string;
  readonly copyOf?: string;
  readonly tokenEnv?: string;
  readonly tokenFile?: string;
  readonly listen: string;
  readonly state?: string;
  readonly packagedTemplates?: string;
  readonly faults?: string;
  readonly healthChecks: 'pass' | 'fail' | 'none';
  readonly seed: number;
}

const path = (text: string): string => resolve(text);

export function registerSimulateMaster(program: Command): void {
  program
    .command('simulate-master')
    .description('run a simulated LAVA master to try changes on; it has no boards')
    .option('--release <RELEASE>', 'the LAVA release to imitate (default: 2023.01, or that of --copy-of)')
    .option('--copy-of <URL>', 'start with the configuration of this master, which is only read')
    .option(
      '--token-env <NAME>',
      'with --copy-of: the environment variable that contains its token (default: LAVA_TOKEN)',
    )
    .addOption(
      new Option('--token-file <FILE>', 'with --copy-of: the file that contains it').conflicts('tokenEnv'),
    )
    .option('--listen <HOST:PORT>', 'where it listens; port 0 picks any free port', '127.0.0.1:0')
    .option('--state <FILE>', 'store its state in this file; if the file exists, start with it', path)
    .addOption(
      new Option('--health-checks <RESULT>', 'the result of all health checks')
        .choices(['pass', 'fail', 'none'])
        .default('pass'),
    )
    .option(
      '--packaged-templates <DIR>',
      "device-type templates from LAVA's package (lavaflow does not include them)",
      path,
    )
    .option('--faults <FILE>', 'faults to simulate, as JSON (docs/simulated-master.md)', path)
    .option('--seed <N>', 'the seed of random faults', parseSeed, 1)
    .action(async (options: Options) => {
      const listen = parseHostPort(options.listen);
      const { runSimulatedMaster } = await import('../../app/simulator/index.js');
      await runPart(() => runSimulatedMaster({ ...options, listen }, { onRemark: printError }));
    });
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (Number.isSafeInteger(seed) && seed >= 0) return seed;
  throw new UsageError(`${text} is not a seed`, 'Specify a whole number, 0 or greater.');
}
