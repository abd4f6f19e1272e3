import type { SimpleGit } from 'simple-git';
import { gitEnvironment, safeSettings } from './environment.js';

/** Names that simple-git would refuse to pass on: those of `gitEnvironment`, and who commits. */
const allowedEnvironment = [
  'GIT_CONFIG_NOSYSTEM',
  'GIT_ATTR_NOSYSTEM',
  'GIT_TERMINAL_PROMPT',
  'GIT_OPTIONAL_LOCKS',
  'GIT_LITERAL_PATHSPECS',
  'GIT_LFS_SKIP_SMUDGE',
  'GIT_NO_REPLACE_OBJECTS',
  'GIT_ALLOW_PROTOCOL',
  'GIT_SSL_CAINFO',
  'GIT_CONFIG_GLOBAL',
  'GIT_AUTHOR_NAME',
  'GIT_AUTHOR_EMAIL',
  'GIT_COMMITTER_NAME',
  'GIT_COMMITTER_EMAIL',
];

/** Milliseconds without output after which a git on a local repository counts as hung. */
const silenceMs = 60_000;

/**
 * simple-git, for what a user would type in a repository of their own: init, add, commit. Everything else is
 * `run-git.ts` (docs/decisions/0016).
 * @param environment added to that of `environment.ts`
 */
export async function openGit(
  directory: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<SimpleGit> {
  // Only commands that make a repository load it.
  const { simpleGit } = await import('simple-git');
  return simpleGit({
    baseDir: directory,
    trimmed: false,
    config: safeSettings,
    allowEnvironment: allowedEnvironment,
    // Each of these is needed to switch something off.
    unsafe: {
      allowUnsafeHooksPath: true,
      allowUnsafeFsMonitor: true,
      allowUnsafePager: true,
      allowUnsafeProtocolOverride: true,
      allowUnsafeConfigPaths: true,
    },
    timeout: { block: silenceMs },
    // By default a git that was killed, or failed without a message, counts as one that succeeded.
    errors: (error, { exitCode }) =>
      error ?? (exitCode === 0 ? undefined : new Error(`git ended with ${String(exitCode)}`)),
  }).env({ ...gitEnvironment('none'), ...environment });
}
