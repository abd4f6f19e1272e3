import { setImmediate } from 'node:timers/promises';

import { findUnsupported } from '../../executor/index.js';
import { openLabRepository, readWorkingTree } from '../../git/index.js';
import {
  createLabLoader,
  deviceTypeSourcesOf,
  overlay,
  type FileMap,
  type LabLoader,
  type LabRules,
  type LabSnapshot,
  type LoadedLab,
  type LoadOptions,
  type SourceProblem,
} from '../../lab/index.js';
import { expectOwnState, templateCacheOf, type StateDirectory } from '../state/index.js';
import { hasDictionaries } from './decided-by-files.js';
import { findLavaLayout } from './lava-layout.js';
import { readLayer } from './layer.js';
import { readSources } from './read-sources.js';
import { readProofs, writeProofs } from './proofs-file.js';

/** A lab as read from disk, with this machine's layer over it. */
export interface LabReading extends LoadedLab {
  /** Where the lab is kept, without credentials. */
  readonly repository: string;
  readonly files: FileMap;
  /** Commit id, or `working-tree`; `+local` appended when the layer has files. */
  readonly revision: string;
  /** Templates from deviceTypeSources, by file name. */
  readonly templates: ReadonlyMap<string, { readonly text: string; readonly file: string }>;
  /** Sources that could not be read, which findings report. */
  readonly sourceProblems: readonly SourceProblem[];
}

/**
 * May begin what else needs the lab's configuration, before the desired state is built.
 * @param files at least those of `lab-config`
 */
export type BeforeLoad = (files: FileMap, revision: string) => Promise<void>;

/**
 * Reads the lab at a committed revision, or from the working tree if the revision is null.
 * @param rules apply instead of the lab's own; template sources that they do not list are left out
 * @param reportUnreachable a template source that cannot be reached is a finding. Such a lab cannot be used.
 * @throws UsageError when this machine's state is committed
 * @throws ExternalError when files, git or a template source cannot be read, or the revision does not exist
 */
export async function readLab(
  directory: string,
  revision: string | null,
  state: StateDirectory,
  rules?: LabRules,
  beforeLoad?: BeforeLoad,
  reportUnreachable = false,
): Promise<LabReading> {
  const withRules = {
    reportUnreachable,
    ...(rules === undefined ? {} : { rules }),
    ...(beforeLoad === undefined ? {} : { beforeLoad }),
  };
  if (revision === null) {
    return readSnapshot(directory, directory, readWorkingTree(directory), state, withRules);
  }
  const source = await openLabRepository(directory);
  const { repository } = source;
  if (beforeLoad === undefined) {
    return readSnapshot(directory, repository, source.snapshot(revision), state, withRules);
  }
  const ownState = expectOwnState(directory);
  const begun: Promise<void>[] = [];
  async function begin(configuration: LabSnapshot): Promise<void> {
    await ownState;
    const layer = await readLayer(state);
    await beforeLoad?.(overlay(configuration.files, layer), revisionOf(configuration, layer));
  }
  const snapshot = source.snapshot(revision, (configuration) => {
    const beginning = begin(configuration);
    beginning.catch(() => undefined);
    begun.push(beginning);
  });
  try {
    return await readSnapshot(directory, repository, snapshot, state, {
      ...withRules,
      ownState,
      beforeLoad: async (files, at) => {
        if (begun.length === 0) await beforeLoad(files, at);
        await Promise.all(begun);
      },
    });
  } finally {
    // Even if the lab cannot be read: the caller ends what was begun.
    await Promise.allSettled(begun);
  }
}

function revisionOf(snapshot: LabSnapshot, layer: FileMap): string {
  return layer.size > 0 ? `${snapshot.revision}+local` : snapshot.revision;
}

/**
 * Builds the desired state from a snapshot, the layer over it and the template sources under it.
 * @param options.loader pass the same one to read several snapshots: what did not change between them is not rendered
 *   again
 */
export async function readSnapshot(
  directory: string,
  repository: string,
  reading: LabSnapshot | Promise<LabSnapshot>,
  state: StateDirectory,
  {
    loader,
    rules,
    beforeLoad,
    reportUnreachable = false,
    ownState = expectOwnState(directory),
    withoutRendering = false,
  }: {
    readonly loader?: LabLoader;
    readonly rules?: LabRules;
    readonly beforeLoad?: BeforeLoad;
    readonly reportUnreachable?: boolean;
    /** The check of this machine's state, if it has begun. */
    readonly ownState?: Promise<void>;
    /** As in `LoadOptions`. */
    readonly withoutRendering?: boolean;
  } = {},
): Promise<LabReading> {
  const [snapshot] = await Promise.all([reading, ownState]);
  const layer = await readLayer(state);
  const files = overlay(snapshot.files, layer);
  const cache = templateCacheOf(state);
  const { templates, problems } = await readSources(directory, deviceTypeSourcesOf(files), cache, {
    reportUnreachable,
    ...(rules === undefined ? {} : { rules }),
  });
  const revision = revisionOf(snapshot, layer);
  await beforeLoad?.(files, revision);
  const lavaLayout = hasDictionaries(files) ? null : await findLavaLayout(directory);
  const options = {
    templates,
    lavaLayout,
    sourceProblems: problems,
    findUnsupported,
    withoutRendering,
    ...(rules === undefined ? {} : { rules }),
  };
  const loaded = loader === undefined ? await loadOnce(files, options, state) : loader.load(files, options);
  return { ...loaded, repository, files, revision, templates, sourceProblems: problems };
}

/** For a command, which loads the lab once: what an earlier command has rendered without findings is not rendered again. */
async function loadOnce(files: FileMap, options: LoadOptions, state: StateDirectory): Promise<LoadedLab> {
  const proofs = await readProofs(state);
  const loader = createLabLoader(proofs);
  const loaded = await runSteps(loader.loadInSteps(files, options));
  if (proofs === undefined || loaded.rendered > 0) await writeProofs(state, loader.proofs());
  return loaded;
}

/** Lets input and output go on between the steps. */
async function runSteps<T>(steps: Generator<undefined, T>): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await setImmediate();
  }
}
