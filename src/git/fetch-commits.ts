import { findRemote } from './record-ref/find-remote.js';
import { isFullId } from './revisions.js';
import { gitFailure } from './run/errors.js';
import { runGit } from './run/run-git.js';

/** A large fetch takes long, but its progress output shows that it continues. */
const silenceMs = 60_000;

/**
 * The commit of a branch of a remote, now.
 * @param remote a remote of the clone by name, a URL or a path
 * @returns null if the remote has no such branch
 * @throws UsageError when the clone does not have the remote
 * @throws ExternalError
 */
export async function readRemoteBranch(
  directory: string,
  remote: string,
  branch: string,
): Promise<string | null> {
  const { url, environment } = await findRemote(directory, remote);
  const ref = `refs/heads/${branch}`;
  try {
    const args = ['ls-remote', '--quiet', '--end-of-options', url, ref];
    const output = await runGit(directory, args, { reach: 'remote', environment });
    // A pattern matches at the end of a name: `main` also finds `refs/heads/x/refs/heads/main`.
    const line = output.split('\n').find((one) => one.endsWith(`\t${ref}`));
    return line?.split('\t')[0] ?? null;
  } catch (error) {
    throw gitFailure(error, `look for the branch ${branch}`, url, 'soon');
  }
}

/**
 * Fetches the commits that the clone does not have. Creates no refs, and checks nothing out.
 * @param commits full commit IDs
 * @throws UsageError when the clone does not have the remote
 * @throws ExternalError
 */
export async function fetchCommits(
  directory: string,
  remote: string,
  commits: readonly string[],
): Promise<void> {
  const missing: string[] = [];
  for (const commit of new Set(commits)) {
    if (isFullId(commit) && !(await hasCommit(directory, commit))) missing.push(commit);
  }
  if (missing.length > 0) await fetch(directory, remote, [], missing);
}

/**
 * Fetches the history that a shallow clone lacks, as actions/checkout makes one. Does nothing in another clone.
 * @throws UsageError when the clone does not have the remote
 * @throws ExternalError
 */
export async function fetchHistory(directory: string, remote: string): Promise<void> {
  try {
    if ((await runGit(directory, ['rev-parse', '--is-shallow-repository'])).trim() !== 'true') return;
  } catch (error) {
    throw gitFailure(error, 'open the lab repository', directory);
  }
  await fetch(directory, remote, ['--unshallow'], []);
}

async function fetch(
  directory: string,
  remote: string,
  options: readonly string[],
  refspecs: readonly string[],
): Promise<void> {
  const { url, environment } = await findRemote(directory, remote);
  const flags = ['--progress', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules', ...options];
  try {
    await runGit(directory, ['fetch', ...flags, '--end-of-options', url, ...refspecs], {
      reach: 'remote',
      environment,
      silenceMs,
    });
  } catch (error) {
    throw gitFailure(error, 'fetch', url, 'soon');
  }
}

async function hasCommit(directory: string, commit: string): Promise<boolean> {
  try {
    return (await runGit(directory, ['rev-list', '--max-count=1', commit], { noneCode: 128 })) !== '';
  } catch (error) {
    throw gitFailure(error, `look for the commit ${commit}`, directory);
  }
}
