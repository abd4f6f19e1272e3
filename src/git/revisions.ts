import { ExternalError, UsageError } from '../diagnostics/index.js';
import { gitFailure } from './run/errors.js';
import { runGit } from './run/run-git.js';

const fullCommit = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/**
 * The full commit id that a revision (branch, tag, abbreviated id, `HEAD~2`) means.
 * @param where how to name the repository in messages
 * @throws UsageError when there is no such commit
 * @throws ExternalError when a full id is not (any more) in the repository, or the repository cannot be read
 */
export async function resolveRevision(directory: string, revision: string, where: string): Promise<string> {
  const commit = await findRevision(directory, revision, where);
  if (commit !== null) return commit;
  if (fullCommit.test(revision)) {
    throw new ExternalError({
      what: `read revision ${revision}`,
      where,
      why: 'the repository does not have this commit',
      retry: 'after-change',
      hint: 'Was it rewritten, or is the clone shallow?',
    });
  }
  throw new UsageError(
    `no commit ${JSON.stringify(revision)} in ${where}`,
    'Give a branch, a tag or a commit id.',
  );
}

/** As `resolveRevision`; null when there is no such commit. */
export async function findRevision(
  directory: string,
  revision: string,
  where: string,
): Promise<string | null> {
  if (!isPlainRevision(revision)) {
    throw new UsageError(
      `not a revision: ${JSON.stringify(revision)}`,
      'Give a branch, a tag or a commit id.',
    );
  }
  try {
    const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
    const output = await runGit(directory, args, { noneCode: 1 });
    const commit = output.trim();
    return fullCommit.test(commit) ? commit : null;
  } catch (error) {
    throw gitFailure(error, `read revision ${revision}`, where);
  }
}

/** One commit by name: no option, no range, no path in a tree, no search in messages. */
function isPlainRevision(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- control characters are what must be refused
  return text !== '' && text.length <= 1024 && !/^[-^]|\.\.|:|[\u0000-\u0020\u007f]/.test(text);
}
