/**
 * How git is run. A lab repo is hostile: its content (configuration, hooks, attributes, submodules) must never start a
 * program, and our own environment (GIT_DIR of a surrounding hook, GIT_SSH_COMMAND of a shell) must not redirect git.
 * The operator's own global configuration (credential helpers, proxies, safe.directory) is trusted and used; the
 * machine-wide configuration is not read.
 */

/** Environment variables that are passed on to git and its transports. */
const inherited = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'TMPDIR',
  'XDG_CONFIG_HOME',
  'XDG_CACHE_HOME',
  'SSH_AUTH_SOCK',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'GIT_SSL_CAINFO',
  'GIT_CONFIG_GLOBAL',
  'http_proxy',
  'https_proxy',
  'HTTPS_PROXY',
  'all_proxy',
  'ALL_PROXY',
  'no_proxy',
  'NO_PROXY',
] as const;

/**
 * What git may access: `none` for reading a local repository (a partial clone then reports missing objects instead of
 * running its remote's upload-pack command), `remote` for fetching.
 */
export type Reach = 'none' | 'remote';

export function gitEnvironment(reach: Reach): Record<string, string> {
  const environment: Record<string, string> = {
    // Messages in English: errors are classified by git's messages, and operators can search for them.
    LC_ALL: 'C.UTF-8',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_LFS_SKIP_SMUDGE: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_ALLOW_PROTOCOL: reach === 'none' ? '' : 'https:http:ssh:git:file',
  };
  for (const name of inherited) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  return environment;
}

/** `-c` settings, which override the configuration of a repository. */
export const safeSettings = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.pager=cat',
  'core.attributesFile=/dev/null',
  'protocol.ext.allow=never',
  'submodule.recurse=false',
  'fetch.recurseSubmodules=false',
  'fetch.writeCommitGraph=false',
  'commit.gpgSign=false',
  // Do not start a maintenance process that outlives the command.
  'gc.auto=0',
  'maintenance.auto=false',
];
