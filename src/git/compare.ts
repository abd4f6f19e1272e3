import { gitFailure } from './run/errors.js';
import { isFullId } from './revisions.js';
import { runGit } from './run/run-git.js';

/**
 * The commit where two branches parted.
 * @param one,other full commit IDs
 * @returns null if they have no common history here; in a shallow clone, it may be missing
 * @throws ExternalError
 */
export async function findMergeBase(directory: string, one: string, other: string): Promise<string | null> {
  try {
    const commit = (await runGit(directory, ['merge-base', one, other], { noneCode: 1 })).trim();
    return isFullId(commit) ? commit : null;
  } catch (error) {
    throw gitFailure(error, 'find where the branches parted', directory);
  }
}

/**
 * Paths of the files that differ between two commits, relative to the lab's directory and only below it, sorted.
 * @param before,after full commit IDs
 * @throws ExternalError
 */
export async function listChanged(directory: string, before: string, after: string): Promise<string[]> {
  try {
    const args = ['diff-tree', '-r', '-z', '--name-only', '--no-renames', '--relative', before, after];
    const output = await runGit(directory, args);
    return output
      .split('\0')
      .filter((path) => path !== '')
      .sort();
  } catch (error) {
    throw gitFailure(error, `compare revision ${after} with ${before}`, directory);
  }
}
