import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';

import { UsageError } from '../../diagnostics/index.js';
import { createMasterTarget } from '../../lava/index.js';
import { assignSites, type LabChoices, type SiteChoices, type SiteRule } from '../../lab/index.js';
import type { AppliedRecord, ObservedMaster, SecretReference } from '../../model/index.js';
import { readVersion } from '../../package/index.js';
import { importMaster, type ImportChoices, type ImportedLab } from '../../reconcile/index.js';
import { writeProofs } from '../lab/index.js';
import { originOf, readSecret } from '../masters/index.js';
import { openRecords } from '../request/index.js';
import { makeStateDirectory, placeOf, templateCacheOf } from '../state/index.js';
import { findLavaTemplates, type LavaTemplates } from './lava-templates.js';
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
  /** `NAME=PATTERN`: the site of the workers whose names fit; `NAME`: of all others. Default: derived from the master. */
  readonly sites?: readonly string[] | undefined;
  /** LAVA's repository, or a copy of it; undefined: the public one; null: without LAVA's own templates. */
  readonly lavaGit?: string | null | undefined;
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
  /** Why LAVA's repository could not be read; null: it was, or nobody tried. */
  readonly templateProblem: string | null;
}

export interface ImportFeedback {
  /** Called with the URL of the master, and of LAVA's repository, before it is read. */
  onReading(url: string): void;
  /**
   * Asks for the site of workers from which none can be derived.
   * @returns null if there is nobody to ask, or no answer
   */
  readonly askSite?: ((workers: readonly string[], fallback: string) => Promise<string | null>) | undefined;
  readonly interruption: Interruption;
}

/**
 * Writes a running master as a lab repo, so that a plan of that lab reports no changes. The master is only read.
 * @throws UsageError when an option is not valid
 * @throws ExternalError
 */
export async function importLab(
  options: ImportOptions,
  feedback: ImportFeedback,
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
  const cache = await mkdtemp(join(tmpdir(), 'lavaflow-templates-'));
  try {
    feedback.onReading(target.url);
    let templateProblem: string | null = null;
    const imported = await importMaster({
      target,
      async decide(observed) {
        const { problem, ...decided } = await decide(observed, choices, options, cache, feedback);
        templateProblem = problem ?? null;
        return decided;
      },
      takesUnsureTemplates: options.allTemplates,
    });
    const made = await makeRepository({
      directory,
      files: imported.files,
      message: `Import ${target.url}\n\n${describeRelease(imported)}, as lavaflow ${readVersion()} found it.`,
      prepare: async (repository) => {
        await storeRecord(imported.recordAt(repository), repository.directory, recordsPlace);
        if (imported.templateSource?.whyNot === null) await storeTemplates(cache, repository.directory);
        await writeProofs(placeOf(repository.directory).state, imported.proofs);
      },
      interruption: feedback.interruption,
    });
    const recordsLater = recordsPlace === options.records ? null : options.records;
    return { imported, made, url: target.url, recordsLater, templateProblem };
  } finally {
    await rm(cache, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** What depends on the master: LAVA's own templates of its release, and the sites of its workers. */
async function decide(
  observed: ObservedMaster,
  choices: LabChoices,
  { lavaGit }: ImportOptions,
  cache: string,
  feedback: ImportFeedback,
): Promise<ImportChoices & Pick<LavaTemplates, 'problem'>> {
  const { software, release } = observed;
  const { source, templates, problem } = await findLavaTemplates({
    ...{ software, release, cache },
    git: lavaGit,
    onFetching: (url) => {
      feedback.onReading(url);
    },
  });
  const { sites } = choices;
  const workers = [...observed.objects.values()].flatMap(({ kind, name }) =>
    kind === 'worker' && !observed.builtIn.has(`worker/${name}`) ? [name] : [],
  );
  const { unsure } = assignSites(observed, workers, sites);
  const asked = unsure.length === 0 ? null : ((await feedback.askSite?.(unsure, sites.fallback)) ?? null);
  const fallback = asked === null ? sites.fallback : requireName('site', asked);
  return {
    choices: { ...choices, sites: { ...sites, fallback }, templateSource: source },
    templates,
    ...(problem === undefined ? {} : { problem }),
  };
}

/** The first `validate` needs no network. */
async function storeTemplates(cache: string, directory: string): Promise<void> {
  const { state } = placeOf(directory);
  await makeStateDirectory(state);
  await cp(cache, templateCacheOf(state), { recursive: true });
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
    sites: siteChoices(options.sites ?? [], master),
    templateSource: null,
    url,
    tokenFrom,
    installs,
    reaches: 'env' in tokenFrom ? { master, secret: tokenFrom.env } : null,
  };
}

/** @throws UsageError when a name is not valid, or two sites are for all other workers */
function siteChoices(texts: readonly string[], master: string): SiteChoices {
  const rules: SiteRule[] = [];
  let rest: string | null = null;
  for (const text of texts) {
    const [site = '', pattern] = text.split(/=(.*)/s);
    requireName('site', site);
    if (pattern !== undefined) rules.push({ site, pattern });
    else if (rest === null) rest = site;
    else {
      throw new UsageError(
        `--site ${rest} and --site ${site} are both for all workers`,
        'Write --site NAME=PATTERN for the workers of one of them.',
      );
    }
  }
  return { rules, rest, fallback: rest ?? master };
}
