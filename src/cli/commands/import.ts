import { Option, type Command } from 'commander';
import { basename, resolve } from 'node:path';

import { printable, UsageError } from '../../diagnostics/index.js';
import { createMasterTarget } from '../../lava/index.js';
import { describeLeftOut, type LabChoices } from '../../lab/index.js';
import type { AppliedRecord, SecretReference } from '../../model/index.js';
import { readVersion } from '../../package/index.js';
import { importMaster, type ImportedLab } from '../../reconcile/index.js';
import { readSecret, originOf } from '../lab/connect.js';
import { labNameOf, requireName } from '../lab/names.js';
import { expectNothing, makeRepository, type NewRepository } from '../lab/new-repository.js';
import { addRecordsOption, openRecords, type RecordsOptions } from '../lab/open-records.js';
import { print, printJson, printProgress } from '../output.js';
import { findOwnSource } from '../own-source.js';
import { stateDirectoryOf } from '../state.js';

interface ImportOptions extends RecordsOptions {
  readonly master: string;
  readonly tokenEnv?: string;
  readonly tokenFile?: string;
  readonly name?: string;
  readonly site?: string;
  readonly allTemplates?: boolean;
  readonly format: string;
}

export function registerImport(program: Command): void {
  const command = program
    .command('import <DIR>')
    .description('write a running master as a lab repo, such that plan is then empty');
  addRecordsOption(command)
    .requiredOption('--master <URL>', 'where the master answers')
    .option('--token-env <NAME>', 'the environment variable that holds its token (default: LAVA_TOKEN)')
    .addOption(new Option('--token-file <FILE>', 'the file that holds its token').conflicts('tokenEnv'))
    .option('--name <NAME>', 'what the lab calls the master (default: its host name)')
    .option('--site <NAME>', 'the site of all its workers (default: the name of the master)')
    .option('--all-templates', 'also templates of which LAVA does not tell whether it brought them along')
    .addOption(new Option('--format <FORMAT>', 'how to print').choices(['text', 'json']).default('text'))
    .action(importInto);
}

async function importInto(directory: string, options: ImportOptions): Promise<void> {
  await expectNothing(resolve(directory));
  const tokenFrom = tokenReference(options);
  const token = readSecret(tokenFrom, '/');
  if (token === null) {
    throw new UsageError(`${originOf(tokenFrom)} is not set`, 'set it, or give --token-env or --token-file');
  }
  const target = createMasterTarget({ url: options.master, token, tokenOrigin: originOf(tokenFrom) });
  const choices = choicesOf(directory, options, target.url, tokenFrom, await findOwnSource());

  const recordsPlace = firstPlaceOf(options);

  printProgress(`reading ${target.url}`);
  const takesUnsureTemplates = options.allTemplates === true;
  const imported = await importMaster({ target, choices, takesUnsureTemplates });
  const message = `Import ${target.url}\n\n${releaseOf(imported)}, as lavaflow ${readVersion()} found it.`;
  const made = await makeRepository(directory, imported.files, message, async (repository) => {
    await keepRecord(imported.recordAt(repository), repository.directory, recordsPlace);
  });
  if (options.format === 'json') printJson(toJson(imported, made));
  else print(describe(imported, made, target.url, recordsPlace === options.records ? null : options.records));
}

/** A new repository has no remotes: what is to be kept in one lies in a file until it is there. */
function firstPlaceOf({ records }: RecordsOptions): string {
  return /^git:\w[\w-]*$/.test(records) ? 'file' : records;
}

/** @throws UsageError when there is a record of such a master already */
async function keepRecord(record: AppliedRecord, directory: string, place: string): Promise<void> {
  const { records, lockWaitMs } = openRecords({ directory, state: stateDirectoryOf(directory) }, place);
  await records.withLock(record.master, lockWaitMs ?? 0, async () => {
    if ((await records.read(record.master)) !== null) {
      throw new UsageError(
        `${place} has a record of ${record.master} already`,
        'it was left as it is; give another place with --records, or another --name',
      );
    }
    await records.write(record);
  });
}

/** @throws UsageError */
function tokenReference({ tokenEnv, tokenFile }: ImportOptions): SecretReference {
  if (tokenFile !== undefined) return { file: resolve(tokenFile) };
  const env = tokenEnv ?? 'LAVA_TOKEN';
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(env)) return { env };
  throw new UsageError('that is not the name of an environment variable', 'give its name, not the token');
}

function choicesOf(
  directory: string,
  options: ImportOptions,
  url: string,
  tokenFrom: SecretReference,
  installs: LabChoices['installs'],
): LabChoices {
  const host = new URL(url).hostname.replaceAll(/^\[|\]$/g, '').replaceAll(':', '-');
  const master = requireName('master', options.name ?? host);
  return {
    lab: labNameOf(basename(resolve(directory)), master),
    master,
    site: requireName('site', options.site ?? master),
    url,
    tokenFrom,
    installs,
    reaches: 'env' in tokenFrom ? { master, secret: tokenFrom.env } : null,
  };
}

function releaseOf({ software, release }: ImportedLab): string {
  return `${software === 'lava' ? 'LAVA' : software} ${release}`;
}

const nouns = {
  device: 'devices',
  'device-type': 'device types',
  template: 'templates',
  'health-check': 'health checks',
  worker: 'workers',
} as const;

const mostPlaces = 20;

function describe(
  imported: ImportedLab,
  made: NewRepository,
  url: string,
  laterRecords: string | null,
): string {
  const { counts, leftOut, unsureTemplates, likelySecrets, remarks } = imported;
  const kinds = Object.keys(nouns) as (keyof typeof nouns)[];
  const lines = [
    `imported ${releaseOf(imported)} at ${url} into ${made.directory}`,
    `  ${kinds.map((kind) => `${nouns[kind]}: ${counts[kind]}`).join(', ')}`,
    ...remarks.map((remark) => `  ${printable(remark)}`),
  ];
  if (unsureTemplates.length > 0) {
    lines.push(
      `left to the master, because ${releaseOf(imported)} does not tell whether it brought them along (--all-templates takes them):`,
      `  ${printable(unsureTemplates.join(', '))}`,
    );
  }
  if (leftOut.length > 0) {
    lines.push(
      'not in the lab, and left alone on the master:',
      ...describeLeftOut(leftOut).map((line) => `  ${line}`),
    );
  }
  if (likelySecrets.length > 0) {
    const places = likelySecrets.slice(0, mostPlaces).map(({ path, line }) => `  ${printable(path)}:${line}`);
    const more = likelySecrets.length - places.length;
    lines.push(
      'these lines look as if they held a secret; look at them before the lab is pushed anywhere:',
      ...places,
      ...(more > 0 ? [`  and ${more} more`] : []),
    );
  }
  if (laterRecords !== null) {
    const copy = `lavaflow records copy --from file --to ${laterRecords}`;
    lines.push(
      `what was applied is kept in a file, because a new repository has no remotes; once there is one: ${copy}`,
    );
  }
  lines.push(`next: cd ${made.directory} && lavaflow plan`);
  return lines.join('\n');
}

function toJson(imported: ImportedLab, { directory, revision }: NewRepository) {
  const { software, release, counts, leftOut, unsureTemplates, likelySecrets, remarks } = imported;
  return { directory, revision, software, release, counts, leftOut, unsureTemplates, likelySecrets, remarks };
}
