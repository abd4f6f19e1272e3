import { findRemote } from './record-ref/find-remote.js';
import { runFetch } from './remote/run-fetch.js';
import { isFullId } from './revisions.js';
import { gitFailure } from './run/errors.js';
import { runGit } from './run/run-git.js';

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
  const missing = await missingIn(directory, commits);
  if (missing.length > 0) await runFetch(directory, await findRemote(directory, remote), missing);
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
  await runFetch(directory, await findRemote(directory, remote), [], ['--unshallow']);
}

/**
 * Fetches what verifying a revision needs, from where a workflow has cloned: commits, and the history between them.
 * @throws UsageError when the clone has no remote `origin`
 * @throws ExternalError
 */
export async function fetchSigned(directory: string, commits: readonly string[]): Promise<void> {
  await fetchHistory(directory, 'origin');
  await fetchCommits(directory, 'origin', commits);
}

/** The commits that the clone does not have, each once. Asks git once for all. */
async function missingIn(directory: string, commits: readonly string[]): Promise<string[]> {
  const ids = [...new Set(commits)].filter(isFullId);
  if (ids.length === 0) return [];
  try {
    const input = ids.map((id) => `${id}\n`).join('');
    const lines = (await runGit(directory, ['cat-file', '--batch-check'], { input })).split('\n');
    return ids.filter((id) => lines.includes(`${id} missing`));
  } catch (error) {
    throw gitFailure(error, 'look for commits', directory);
  }
}
