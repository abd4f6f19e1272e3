import { makePrivateDirectory } from '../../host/index.js';
import { gitFailure } from '../run/errors.js';
import { runGit } from '../run/run-git.js';
import { runFetch } from './run-fetch.js';
import { removeStaleLocks } from './stale-locks.js';
import { parseRemote, type GitCredentials } from './urls.js';

/** A bare repository on this machine that caches objects of one remote. Its configuration does not name a remote. */
export interface RemoteCache {
  readonly directory: string;
  /** Without credentials. */
  readonly url: string;
  /**
   * Fetches with these refspecs.
   * @param options.depth fetch only so many commits of each history; only if nothing else uses the cache
   * @throws ExternalError
   */
  fetch(
    refspecs: readonly string[],
    options?: { readonly depth?: number; readonly signal?: AbortSignal },
  ): Promise<void>;
  /**
   * The commit of a tag of the remote; null if it has none of this name.
   * @throws ExternalError
   */
  commitOfTag(tag: string): Promise<string | null>;
}

/**
 * @param text the remote as written by a user
 * @param directory created if it does not exist; used by one process at a time
 * @throws UsageError when the text is not a valid remote
 * @throws ExternalError when the directory cannot be created
 */
export async function openRemoteCache(
  text: string,
  directory: string,
  credentials?: GitCredentials,
): Promise<RemoteCache> {
  const address = parseRemote(text);
  try {
    await makePrivateDirectory(directory);
    await removeStaleLocks(directory);
    await runGit(directory, ['init', '--quiet', '--bare', '--initial-branch=lavaflow-cache']);
  } catch (error) {
    throw gitFailure(error, 'create a directory for the clone', directory);
  }
  const environment = authorization(address.url, credentials ?? address.credentials);
  return {
    directory,
    url: address.url,
    async fetch(refspecs, { depth, signal } = {}) {
      const flags = depth === undefined ? [] : [`--depth=${depth}`];
      const { url } = address;
      await runFetch(
        directory,
        { url, environment },
        refspecs,
        flags,
        signal === undefined ? {} : { signal },
      );
    },
    async commitOfTag(tag) {
      // An annotated tag is an object of its own; the name with `^{}` is its commit.
      const refs = [`refs/tags/${tag}`, `refs/tags/${tag}^{}`];
      try {
        const args = ['ls-remote', '--quiet', '--end-of-options', address.url, ...refs];
        const lines = (await runGit(directory, args, { reach: 'remote', environment })).trim().split('\n');
        return lines.at(-1)?.split('\t')[0] || null;
      } catch (error) {
        throw gitFailure(error, `look for the tag ${tag}`, address.url, 'soon');
      }
    },
  };
}

/**
 * The credentials as an HTTP header for this server only, passed in git's environment: not on its command line and not
 * in a file.
 */
export function authorization(url: string, credentials: GitCredentials | null): Record<string, string> {
  if (credentials === null || !/^https?:/.test(url)) return {};
  const basic = Buffer.from(`${credentials.username}:${credentials.secret}`).toString('base64');
  return withHeader(url, `Authorization: Basic ${basic}`);
}

/**
 * Sends a header to the server of this URL. git would also send it to any server that it is redirected to, so
 * redirects are not followed.
 */
export function withHeader(url: string, header: string): Record<string, string> {
  return {
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: `http.${new URL(url).origin}/.extraHeader`,
    GIT_CONFIG_VALUE_0: header,
    GIT_CONFIG_KEY_1: 'http.followRedirects',
    GIT_CONFIG_VALUE_1: 'false',
  };
}
