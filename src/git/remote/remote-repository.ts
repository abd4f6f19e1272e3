import type { LabSource } from '../../controller/index.js';
import { UsageError } from '../../diagnostics/index.js';
import { createBlobReader } from '../files/cat-file.js';
import { gitFailure } from '../run/errors.js';
import { openRemoteCache } from './remote-cache.js';
import { findRevision, resolveRevision } from '../revisions.js';
import { isDescendant } from '../signatures/verify-revision.js';
import { readLabTree } from '../files/tree.js';
import type { GitCredentials } from './urls.js';

export interface RemoteOptions {
  /** Where the bare clone remains between runs; used by one process at a time. */
  readonly directory: string;
  readonly branch: string;
  /** Time between two fetches; a failed fetch is repeated sooner. */
  readonly intervalMs: number;
  readonly credentials?: GitCredentials;
  /** The branch moved to a commit that is not a descendant of the last one. It is followed nevertheless. */
  readonly onRewrite?: (move: { readonly from: string; readonly to: string }) => void;
}

const firstRetryMs = 1000;

/**
 * A lab on a git remote: cloned into a bare repository of ours and fetched at an interval.
 * An unreachable remote or a deleted branch is an error, never an empty lab; revisions that were fetched before can
 * still be read.
 * @param url https, http, ssh, git, file, `user@host:path` or an absolute path
 * @throws UsageError when it is none of these, or the branch name is not valid
 */
export async function openRemoteRepository(url: string, options: RemoteOptions): Promise<LabSource> {
  expectBranchName(options.branch);
  const cache = await openRemoteCache(url, options.directory, options.credentials);
  const { directory } = cache;
  const readBlobs = createBlobReader(directory);
  const ref = `refs/lavaflow/${options.branch}`;
  let fetching: Promise<unknown> = Promise.resolve();
  /** Ends every fetch when the watch is stopped: a remote that hangs must not delay the caller. */
  let stopping = new AbortController();

  /** One fetch at a time: two would compete for git's locks. */
  function fetchHead(): Promise<string> {
    const { signal } = stopping;
    const next = fetching.then(() => fetchNow(signal));
    fetching = next.catch(() => undefined);
    return next;
  }

  async function fetchNow(signal: AbortSignal): Promise<string> {
    const from = await findRevision(directory, ref, cache.url);
    await cache.fetch([`+refs/heads/${options.branch}:${ref}`], { signal });
    const to = await resolveRevision(directory, ref, cache.url);
    if (from !== null && from !== to && !(await isDescendant(directory, to, from)))
      options.onRewrite?.({ from, to });
    return to;
  }

  return {
    repository: cache.url,
    head: fetchHead,
    async snapshot(revision) {
      if ((await findRevision(directory, revision, cache.url)) === null) await fetchHead();
      const commit = await resolveRevision(directory, revision, cache.url);
      try {
        return { revision: commit, files: await readLabTree(directory, commit, '', readBlobs) };
      } catch (error) {
        throw gitFailure(error, `read revision ${commit}`, cache.url);
      }
    },
    async watch(onChange, onError) {
      const last = await findRevision(directory, ref, cache.url);
      const stop = poll({ intervalMs: options.intervalMs, last, fetchHead, onChange, onError });
      return async () => {
        stopping.abort();
        stopping = new AbortController();
        await stop();
      };
    },
  };
}

/** Stricter than git-check-ref-format(1): rejects everything that could be read as a refspec or an option. */
function expectBranchName(branch: string): void {
  if (/^[\w][\w./+@-]*$/.test(branch) && !/\.\.|@\{|\/\/|\.lock$|[./]$/.test(branch)) return;
  throw new UsageError(`not a branch: ${JSON.stringify(branch)}`);
}

interface Poll {
  readonly intervalMs: number;
  readonly last: string | null;
  readonly fetchHead: () => Promise<string>;
  readonly onChange: (revision: string) => void;
  readonly onError: (error: unknown) => void;
}

/** Fetches until stopped. Reports an error once for as long as it stays the same. */
function poll(options: Poll): () => Promise<void> {
  let isStopped = false;
  let { last } = options;
  let lastError: string | null = null;
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  async function once(): Promise<void> {
    try {
      const revision = await options.fetchHead();
      failures = 0;
      lastError = null;
      if (isStopped || revision === last) return;
      last = revision;
      options.onChange(revision);
    } catch (error) {
      failures += 1;
      const message = String(error);
      if (isStopped || message === lastError) return;
      lastError = message;
      options.onError(error);
    }
  }

  function schedule(delayMs: number): void {
    timer = setTimeout(() => {
      running = once().then(() => {
        if (!isStopped) schedule(nextDelayMs(options.intervalMs, failures));
      });
    }, delayMs);
  }

  schedule(0);
  return async () => {
    isStopped = true;
    clearTimeout(timer);
    await running;
  };
}

/** The delay before the next fetch: the interval, or after failures 1 s, doubling up to the interval. */
function nextDelayMs(intervalMs: number, failures: number): number {
  if (failures === 0) return intervalMs;
  return Math.min(intervalMs, firstRetryMs * 2 ** (failures - 1));
}
