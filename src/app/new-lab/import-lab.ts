import { basename, resolve } from 'node:path';

import { UsageError } from '../../diagnostics/index.js';
import { createMasterTarget } from '../../lava/index.js';
import type { LabChoices } from '../../lab/index.js';
import type { AppliedRecord, SecretReference } from '../../model/index.js';
import { readVersion } from '../../package/index.js';
import { importMaster, type ImportedLab } from '../../reconcile/index.js';
import { originOf, readSecret } from '../masters/index.js';
import { openRecords } from '../records/index.js';
import { placeOf } from '../state/index.js';
import { labNameOf, requireName } from './names.js';
import { expectNothing, makeRepository, type Interruption, type NewRepository } from './new-repository.js';
import { findOwnSource } from './own-source.js';

export interface ImportOptions {
  /** Must be empty, or not exist yet. */
  readonly directory: string;
  /** The master's URL. */
  readonly master: string;
  /** The environment variable with its token; default: LAVA_TOKEN. */
  readonly tokenEnv?: string | undefined;
  /** The file with its token, instead of `tokenEnv`. */
  readonly tokenFile?: string | undefined;
  /** What the lab calls the master; default: its host name. */
  readonly name?: string | undefined;
  /** The site of all its workers; default: the name of the master. */
  readonly site?: string | undefined;
  /** Also import templates that may be LAVA's own, if LAVA does not report which are. */
  readonly allTemplates: boolean;
  /** Where applied state is stored: `file` or `git:REMOTE`. */
  readonly records: string;
}

export interface ImportedRepository {
  readonly imported: ImportedLab;
  readonly made: NewRepository;
  /** Without credentials. */
  readonly url: string;
  /**
   * Where applied state could not be stored yet, because a new repository has no remotes. It is in a file instead.
   * Null: it is where `records` specifies.
   */
  readonly recordsLater: string | null;
}

/**
 * Writes a running master as a lab repo, so that a plan of that lab reports no changes. The master is only read.
 * @param feedback.onReading called with the master's URL before it is read
 * @throws UsageError when an option is not valid
 * @throws ExternalError
 */
export async function importLab(
  options: ImportOptions,
  feedback: { onReading(url: string): void; readonly interruption: Interruption },
): Promise<ImportedRepository> {
  const directory = resolve(options.directory);
  await expectNothing(directory);
  const tokenFrom = tokenReference(options);
  const token = readSecret(tokenFrom, '/');
  if (token === null) {
    throw new UsageError(
      `${originOf(tokenFrom)} is not set`,
      'Set it, or specify --token-env or --token-file.',
    );
  }
  const target = createMasterTarget({ url: options.master, token, tokenOrigin: originOf(tokenFrom) });
  const choices = choicesOf(directory, options, target.url, tokenFrom, await findOwnSource());
  const recordsPlace = firstPlaceOf(options.records);

  feedback.onReading(target.url);
  const imported = await importMaster({ target, choices, takesUnsureTemplates: options.allTemplates });
  const made = await makeRepository({
    directory,
    files: imported.files,
    message: `Import ${target.url}\n\n${describeRelease(imported)}, as lavaflow ${readVersion()} found it.`,
    prepare: (repository) => storeRecord(imported.recordAt(repository), repository.directory, recordsPlace),
    interruption: feedback.interruption,
  });
  const recordsLater = recordsPlace === options.records ? null : options.records;
  return { imported, made, url: target.url, recordsLater };
}

/** `LAVA 2023.03` */
function describeRelease({ software, release }: ImportedLab): string {
  return `${software === 'lava' ? 'LAVA' : software} ${release}`;
}

/** A new repository has no remotes, so records for a remote by name are in a file until it has one. */
function firstPlaceOf(records: string): string {
  return /^git:\w[\w-]*$/.test(records) ? 'file' : records;
}

/** @throws UsageError when there already is a record of such a master */
async function storeRecord(record: AppliedRecord, directory: string, place: string): Promise<void> {
  const { records, lockWaitMs } = openRecords(placeOf(directory), place);
  await records.withLock(record.master, lockWaitMs ?? 0, async () => {
    if ((await records.read(record.master)) !== null) {
      throw new UsageError(
        `${place} already has a record of ${record.master}`,
        'Specify another place with --records, or another --name. The record was not changed.',
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
  throw new UsageError(
    'the value of --token-env is not the name of an environment variable',
    'Specify the name of the variable, not the token.',
  );
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
    lab: labNameOf(basename(directory), master),
    master,
    site: requireName('site', options.site ?? master),
    url,
    tokenFrom,
    installs,
    reaches: 'env' in tokenFrom ? { master, secret: tokenFrom.env } : null,
  };
}
