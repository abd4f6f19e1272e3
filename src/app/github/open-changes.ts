import { ExternalError } from '../../diagnostics/index.js';
import { fetchCommits } from '../../git/index.js';
import type { GitHub, PullRequest } from '../../github/index.js';

/** More would take longer than anybody waits for a review. */
const mostPulls = 100;

/** The other open pull requests for a branch. */
export interface OpenChanges {
  readonly pulls: readonly PullRequest[];
  /** How many more there are. */
  readonly left: number;
}

/**
 * Lists the open pull requests for a branch except one, the latest first, and fetches their commits. The review lists those
 * whose commits could not be fetched.
 * @throws ExternalError when they cannot be listed
 */
export async function readOpenChanges(
  github: GitHub,
  clone: { readonly directory: string; readonly remote: string },
  of: { readonly number: number; readonly baseBranch: string },
): Promise<OpenChanges> {
  const others = (await github.openPulls())
    .filter(({ number, baseBranch }) => number !== of.number && baseBranch === of.baseBranch)
    .sort((one, other) => other.number - one.number);
  const pulls = others.slice(0, mostPulls);
  await fetchWhatExists(
    clone,
    pulls.map(({ head }) => head),
  );
  return { pulls, left: others.length - pulls.length };
}

/** All at once; one by one if one of them is gone, because its branch was overwritten meanwhile. */
async function fetchWhatExists(
  { directory, remote }: { readonly directory: string; readonly remote: string },
  commits: readonly string[],
): Promise<void> {
  try {
    await fetchCommits(directory, remote, commits);
  } catch (error) {
    if (!(error instanceof ExternalError)) throw error;
    if (commits.length > 1)
      for (const commit of commits) await fetchWhatExists({ directory, remote }, [commit]);
  }
}
