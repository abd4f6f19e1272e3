import type { SimpleGit } from 'simple-git';
import { gitEnvironment, safeSettings } from './environment.js';

/** Variables that simple-git would reject: those of `gitEnvironment`, and the author and committer. */
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

/** Milliseconds without output after which git on a local repository counts as hung. */
const silenceMs = 60_000;

/**
 * simple-git, for commands that users would type in their own repository: init, add, commit. Everything else uses
 * `run-git.ts` (docs/decisions/0016).
 * @param environment variables in addition to those of `environment.ts`
 */
export async function openGit(
  directory: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<SimpleGit> {
  // Only commands that create a repository load it.
  const { simpleGit } = await import('simple-git');
  return simpleGit({
    baseDir: directory,
    trimmed: false,
    config: safeSettings,
    allowEnvironment: allowedEnvironment,
    // Each of these is required to disable something.
    unsafe: {
      allowUnsafeHooksPath: true,
      allowUnsafeFsMonitor: true,
      allowUnsafePager: true,
      allowUnsafeProtocolOverride: true,
      allowUnsafeConfigPaths: true,
    },
    timeout: { block: silenceMs },
    // By default, a git process that was killed, or failed without a message, counts as successful.
    errors: (error, { exitCode }) =>
      error ?? (exitCode === 0 ? undefined : new Error(`git exited with code ${String(exitCode)}`)),
  }).env({ ...gitEnvironment('none'), ...environment });
}
