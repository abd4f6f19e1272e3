import { realpath } from 'node:fs/promises';
import type { LabSource } from '../controller/index.js';
import { ExternalError } from '../diagnostics/index.js';
import { codeOf, ProgramError } from '../host/index.js';
import type { LabSnapshot } from '../lab/index.js';
import { createBlobReader } from './files/cat-file.js';
import { gitFailure } from './run/errors.js';
import { findRevision, isFullId, isPlainRevision, resolveRevision } from './revisions.js';
import { runGit } from './run/run-git.js';
import { readLabTree, readTree } from './files/tree.js';
import { redactUrl } from './remote/urls.js';
import { watchRevision } from './watch.js';

/**
 * A lab in a git repository on this machine: a normal or bare repository, a worktree, or a directory inside one.
 * Only commits are read, never the working tree (see `readWorkingTree`), and nothing is written.
 * @param options.branch the branch to follow; default: what is checked out
 * @throws ExternalError when the directory is not in a git repository
 */
export async function openLabRepository(
  directory: string,
  options: { readonly branch?: string } = {},
): Promise<LabRepository> {
  const origin = originUrl(directory);
  // The layout says better why this is not a repository.
  origin.catch(() => undefined);
  const layout = await readLayout(directory);
  const repository = (await origin) ?? layout.top;
  const { branch } = options;
  const readBlobs = createBlobReader(directory);
  const ref = branch === undefined ? null : `refs/heads/${branch}`;

  async function head(): Promise<string> {
    const commit = await findRevision(directory, ref ?? 'HEAD', repository);
    if (commit !== null) return commit;
    throw new ExternalError({
      what: 'read the lab',
      where: repository,
      why: branch === undefined ? 'nothing is committed yet' : `the branch ${branch} does not exist`,
      retry: 'after-change',
    });
  }

  return {
    repository,
    head,
    async snapshot(revision, onConfiguration) {
      const commit = await resolveRevision(directory, revision, repository);
      try {
        const reading = readLabTree(directory, commit, layout.prefix, readBlobs);
        reading.catch(() => undefined);
        if (onConfiguration === undefined) return { revision: commit, files: await reading };
        // The whole lab contains these few files again, so whatever fails here, fails there.
        const early = await readTree(directory, `${commit}:${layout.prefix}`, ['lab-config']).catch(
          () => null,
        );
        if (early !== null) onConfiguration({ revision: commit, files: early });
        return { revision: commit, files: await reading };
      } catch (error) {
        throw gitFailure(error, `read revision ${commit}`, repository);
      }
    },
    watch: (onChange, onError) =>
      watchRevision({
        gitDirectory: layout.gitDirectory,
        commonDirectory: layout.commonDirectory,
        ref,
        current: head,
        onChange,
        onError,
      }),
  };
}

/** One state of a lab in a git repository. */
export interface LabIdentity {
  /** As `LabRepository.repository`. */
  readonly repository: string;
  readonly commit: string;
  /** The ID of the lab's directory in that commit: equal IDs mean equal files. */
  readonly tree: string;
}

/**
 * Identifies a lab at a revision without reading it.
 * @returns null if that fails for any reason: reading the lab reports it
 */
export async function identifyLab(directory: string, revision: string): Promise<LabIdentity | null> {
  if (!isPlainRevision(revision)) return null;
  try {
    const args = ['rev-parse', '--quiet', `${revision}^{commit}`, `${revision}:./`];
    const [ids, origin, top] = await Promise.all([
      runGit(directory, args),
      originUrl(directory),
      realpath(directory),
    ]);
    const [commit, tree, ...more] = ids.trimEnd().split('\n');
    if (!isFullId(commit) || !isFullId(tree) || more.length > 0) return null;
    return { repository: origin ?? top, commit, tree };
  } catch (error) {
    if (error instanceof ExternalError || error instanceof ProgramError || codeOf(error) !== undefined)
      return null;
    throw error;
  }
}

/** A lab source, for callers that can begin with a part of a snapshot. */
export interface LabRepository extends LabSource {
  /**
   * @param onConfiguration called with the files of `lab-config` alone, usually while the others are still being read
   */
  snapshot(revision: string, onConfiguration?: (configuration: LabSnapshot) => void): Promise<LabSnapshot>;
}

interface Layout {
  readonly gitDirectory: string;
  readonly commonDirectory: string;
  /** Directory of the lab inside the repository: `''` or ending in `/`. */
  readonly prefix: string;
  /** The lab's directory as an absolute path. */
  readonly top: string;
}

async function readLayout(directory: string): Promise<Layout> {
  try {
    const output = await runGit(directory, [
      'rev-parse',
      '--path-format=absolute',
      '--git-dir',
      '--git-common-dir',
      '--show-prefix',
    ]);
    const [gitDirectory = '', commonDirectory = '', prefix = ''] = output.split('\n');
    return { gitDirectory, commonDirectory, prefix, top: await realpath(directory) };
  } catch (error) {
    throw gitFailure(error, 'open the lab repository', directory);
  }
}

/** Null if the repository has no remote `origin`. */
async function originUrl(directory: string): Promise<string | null> {
  try {
    const url = await runGit(directory, ['config', '--local', '--default', '', '--get', 'remote.origin.url']);
    return url.trim() === '' ? null : redactUrl(url.trim());
  } catch (error) {
    throw gitFailure(error, 'read the name of the lab repository', directory);
  }
}
