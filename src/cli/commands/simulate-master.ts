import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Option, type Command } from 'commander';

import { UsageError } from '../../diagnostics/index.js';
import { replaceFileSync } from '../../host/index.js';
import {
  copyOf,
  type MasterState,
  newestRelease,
  startSimulatedMaster,
  stateFromJson,
  stateToJson,
} from '../../simulator/index.js';
import { originOf, readSecret } from '../lab/connect.js';
import { parseHostPort } from '../lab/options.js';
import { printError } from '../output.js';
import { runPart, type RunningPart } from '../part.js';
import { describeUnread, requireWhole, seeMaster } from '../simulator/copy-master.js';
import { readFaultsFile, readIfThere, readTemplateDirectory } from '../simulator/files.js';

interface SimulateOptions {
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

/** A board would take minutes; a rehearsal need not. */
const healthCheckMs = 500;

const path = (text: string): string => resolve(text);

export function registerSimulateMaster(program: Command): void {
  program
    .command('simulate-master')
    .description('a double of a LAVA master, to try a change on; nothing it is told reaches a board')
    .option(
      '--release <RELEASE>',
      'the LAVA release that it is like (default: 2023.01, or that of --copy-of)',
    )
    .option('--copy-of <URL>', 'a master whose configuration it begins with; that one is only read')
    .option(
      '--token-env <NAME>',
      'with --copy-of: the environment variable that holds its token (default: LAVA_TOKEN)',
    )
    .addOption(
      new Option('--token-file <FILE>', 'with --copy-of: the file that holds it').conflicts('tokenEnv'),
    )
    .option('--listen <HOST:PORT>', 'where it listens; port 0 takes any free port', '127.0.0.1:0')
    .option('--state <FILE>', 'what it holds, kept over restarts; begun with when the file is there', path)
    .addOption(
      new Option('--health-checks <RESULT>', 'how the health checks of its devices end')
        .choices(['pass', 'fail', 'none'])
        .default('pass'),
    )
    .option('--packaged-templates <DIR>', "device-type templates of LAVA's package; none are shipped", path)
    .option('--faults <FILE>', 'what goes wrong, as JSON (docs/simulated-master.md)', path)
    .option('--seed <N>', 'of faults that strike by chance', parseSeed, 1)
    .action(async (options: SimulateOptions) => {
      await runPart(() => start(options));
    });
}

async function start(options: SimulateOptions): Promise<RunningPart> {
  const { host, port } = parseHostPort(options.listen);
  const begun = await beginning(options);
  const { state: file } = options;
  const directory = file === undefined ? mkdtempSync(join(tmpdir(), 'lavaflow-simulated-')) : null;
  const tokenFile = directory === null ? `${file ?? ''}.token` : join(directory, 'token');
  const forget = (): void => {
    if (directory !== null) rmSync(directory, { recursive: true, force: true });
  };
  const save = (state: MasterState): void => {
    if (file !== undefined) replaceFileSync(file, stateToJson(state, begun.release));
  };
  try {
    const master = await startSimulatedMaster({
      release: begun.release,
      host,
      port,
      seed: options.seed,
      onChange: save,
      healthChecks: { result: options.healthChecks, durationMs: healthCheckMs },
      ...(begun.state === null ? {} : { state: begun.state }),
      ...(options.faults === undefined ? {} : { faults: readFaultsFile(options.faults) }),
      ...(options.packagedTemplates === undefined
        ? {}
        : { packagedTemplates: readTemplateDirectory(options.packagedTemplates) }),
    });
    replaceFileSync(tokenFile, `${master.token}\n`);
    save(master.state);
    return {
      ready: { url: master.url, release: begun.release, user: master.user, tokenFile },
      async stop() {
        await master.stop();
        forget();
      },
    };
  } catch (error) {
    forget();
    throw error;
  }
}

/** What it begins with: the kept state, a copy of another master, or (null) a new installation. */
async function beginning(
  options: SimulateOptions,
): Promise<{ readonly release: string; readonly state: MasterState | null }> {
  const kept = options.state === undefined ? null : readIfThere(options.state);
  if (kept !== null) {
    const where = options.state ?? '';
    if (options.copyOf !== undefined) {
      throw new UsageError(
        `${where} is there already`,
        'leave out --copy-of to go on with it, or remove the file',
      );
    }
    const { state, release } = stateFromJson(kept, where);
    return { state, release: options.release ?? release };
  }
  if (options.copyOf === undefined) return { state: null, release: options.release ?? '2023.01' };

  const tokenFrom =
    options.tokenFile === undefined
      ? { env: options.tokenEnv ?? 'LAVA_TOKEN' }
      : { file: resolve(options.tokenFile) };
  const token = readSecret(tokenFrom, '/');
  if (token === null)
    throw new UsageError(`${originOf(tokenFrom)} is not set`, 'set it, or give --token-file FILE');
  const seen = await seeMaster({ url: options.copyOf, token, tokenOrigin: originOf(tokenFrom) });
  requireWhole(seen, options.copyOf);
  const release = options.release ?? releaseLike(seen.observed);
  for (const line of describeUnread(seen)) printError(line);
  return { state: copyOf(seen.observed, seen.templates, release), release };
}

/** The release of the double: the master's own. @throws UsageError where that is no LAVA */
function releaseLike({
  software,
  release,
  remarks = [],
}: {
  software: string;
  release: string;
  remarks?: readonly string[];
}): string {
  if (software !== 'lava') {
    throw new UsageError(
      `that master is ${software} ${release}, not LAVA`,
      'say which LAVA the double is like with --release',
    );
  }
  if (remarks.length === 0) return release;
  // Newer or older than any that is known, or no release at all.
  printError(`${remarks.join('; ')}: the double is like LAVA ${newestRelease}; --release chooses another`);
  return newestRelease;
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new UsageError(`${text} is no seed`, 'give a number from 0 on');
  return seed;
}
