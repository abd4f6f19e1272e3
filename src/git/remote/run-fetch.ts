import { gitFailure } from '../run/errors.js';
import { runGit, type GitOptions } from '../run/run-git.js';

/** A fetch may take long, but its progress output shows that it continues. */
const silenceMs = 60_000;

/**
 * Fetches objects, and the refs that the refspecs name. Creates no tags and no FETCH_HEAD.
 * @param flags besides those
 * @throws ExternalError
 */
export async function runFetch(
  directory: string,
  { url, environment }: { readonly url: string; readonly environment: Readonly<Record<string, string>> },
  refspecs: readonly string[],
  flags: readonly string[] = [],
  options: Pick<GitOptions, 'signal'> = {},
): Promise<void> {
  // With progress: a large clone that prints nothing for a long time would count as hung.
  const all = ['--progress', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules', ...flags];
  try {
    await runGit(directory, ['fetch', ...all, '--end-of-options', url, ...refspecs], {
      ...options,
      reach: 'remote',
      environment,
      silenceMs,
    });
  } catch (error) {
    throw gitFailure(error, 'fetch', url, 'soon');
  }
}
