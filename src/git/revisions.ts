import { ExternalError, UsageError } from '../diagnostics/index.js';
import { gitFailure } from './run/errors.js';
import { runGit } from './run/run-git.js';

const fullCommit = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/**
 * The full commit ID of a revision (branch, tag, abbreviated ID, `HEAD~2`).
 * @param where the name of the repository in messages
 * @throws UsageError when the commit does not exist
 * @throws ExternalError when a full ID is not, or no longer, in the repository, or the repository cannot be read
 */
export async function resolveRevision(directory: string, revision: string, where: string): Promise<string> {
  const commit = await findRevision(directory, revision, where);
  if (commit !== null) return commit;
  if (isFullId(revision)) {
    throw new ExternalError({
      what: `read revision ${revision}`,
      where,
      why: 'the repository does not have this commit',
      retry: 'after-change',
      hint: 'Check whether history was rewritten, or the clone is shallow.',
    });
  }
  throw new UsageError(
    `no commit ${JSON.stringify(revision)} in ${where}`,
    'Specify a branch, a tag or a commit ID.',
  );
}

/** Like `resolveRevision`; null if the commit does not exist. */
export async function findRevision(
  directory: string,
  revision: string,
  where: string,
): Promise<string | null> {
  if (!isPlainRevision(revision)) {
    throw new UsageError(
      `not a revision: ${JSON.stringify(revision)}`,
      'Specify a branch, a tag or a commit ID.',
    );
  }
  try {
    const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
    const output = await runGit(directory, args, { noneCode: 1 });
    const commit = output.trim();
    return isFullId(commit) ? commit : null;
  } catch (error) {
    throw gitFailure(error, `read revision ${revision}`, where);
  }
}

export function isFullId(text: string | undefined): text is string {
  return text !== undefined && fullCommit.test(text);
}

/** The name of one commit: not an option, a range, a path in a tree, or a search in messages. */
export function isPlainRevision(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- control characters must be rejected
  return text !== '' && text.length <= 1024 && !/^[-^]|\.\.|:|[\u0000-\u0020\u007f]/.test(text);
}
