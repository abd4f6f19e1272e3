import { mkdir } from 'node:fs/promises';
import { gitFailure } from './run/errors.js';
import { runGit } from './run/run-git.js';
import { openGit } from './run/simple-git.js';

export interface CommitAuthor {
  readonly name: string;
  readonly email: string;
}

/**
 * Turns a directory into a git repository whose first commit contains everything in it that is not ignored. If the
 * directory is already a repository, commits what is new or changed.
 * @param options.author default: the user's identity in git, otherwise `lavaflow <lavaflow@localhost>`
 * @param options.branch of a new repository; default: `main`
 * @returns the full ID of the commit
 * @throws ExternalError
 */
export async function initRepository(
  directory: string,
  options: { readonly message: string; readonly author?: CommitAuthor; readonly branch?: string },
): Promise<string> {
  try {
    await mkdir(directory, { recursive: true });
    const author = options.author ?? (await configuredAuthor(directory));
    const git = await openGit(directory, {
      GIT_AUTHOR_NAME: author.name,
      GIT_AUTHOR_EMAIL: author.email,
      GIT_COMMITTER_NAME: author.name,
      GIT_COMMITTER_EMAIL: author.email,
    });
    await git.raw(['init', '--quiet', `--initial-branch=${options.branch ?? 'main'}`]);
    await git.raw(['add', '--all', '.']);
    await git.raw(['commit', '--quiet', '--allow-empty', '-m', options.message]);
    return (await git.raw(['rev-parse', '--verify', 'HEAD'])).trim();
  } catch (error) {
    throw gitFailure(error, 'create the lab repository', directory);
  }
}

/** The user's identity in git, otherwise lavaflow. */
export async function configuredAuthor(directory: string): Promise<CommitAuthor> {
  const name = await runGit(directory, ['config', '--default', 'lavaflow', '--get', 'user.name']);
  const email = await runGit(directory, ['config', '--default', 'lavaflow@localhost', '--get', 'user.email']);
  return { name: name.trim(), email: email.trim() };
}
