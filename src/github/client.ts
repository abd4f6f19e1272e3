import { createHash } from 'node:crypto';
import { Octokit } from 'octokit';
import { githubFailure } from './failure.js';

export interface ClientOptions {
  /** As Actions provides it: `https://api.github.com`, or `https://HOST/api/v3` of GitHub Enterprise. */
  readonly apiUrl: string;
  readonly token: string;
  /** Default: 1000. The unit of the waits between attempts, in milliseconds: 1, 4 and 9 of it. */
  readonly retryUnitMs?: number;
}

/** The owner and the name of a repository. */
export interface Place {
  readonly owner: string;
  readonly repo: string;
}

export interface Client {
  readonly octokit: Octokit;
  /** Without credentials, for messages. */
  readonly where: string;
  /**
   * Runs requests that do one thing.
   * @param what for messages, such as `read the comments of #17`
   * @throws ExternalError
   */
  attempt<T>(what: string, requests: (octokit: Octokit) => Promise<T>): Promise<T>;
}

/** One request, not counting waits. GitHub itself ends a request after 10 s. */
const timeoutMs = 30_000;
/** A job of a workflow is billed while it waits. A longer wait is reported, and the job can be run again. */
const longestWaitS = 60;
const mostRetries = 3;

/** `request` as Octokit gives it to hooks. */
interface Throttled {
  readonly request: { readonly retryCount: number };
}

/** The `octokit` package, with its plugins for retries and rate limits, set to fail within minutes. */
export function createClient({ apiUrl, token, retryUnitMs = 1_000 }: ClientOptions): Client {
  const mayWait = (seconds: number, { request }: Throttled): boolean =>
    seconds <= longestWaitS && request.retryCount < mostRetries;
  const octokit = new Octokit({
    baseUrl: apiUrl.replace(/\/+$/, ''),
    auth: token,
    userAgent: 'lavaflow',
    // Its messages are about single attempts, and contain addresses with parameters.
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    retry: { retryAfterBaseValue: retryUnitMs, retries: mostRetries },
    throttle: {
      // The limits are those of the token. Clients without a name would share the limits of the whole process.
      id: createHash('sha256').update(`${apiUrl} ${token}`).digest('hex'),
      retryAfterBaseValue: retryUnitMs,
      onRateLimit: (seconds: number, options: object) => mayWait(seconds, options as Throttled),
      onSecondaryRateLimit: (seconds: number, options: object) => mayWait(seconds, options as Throttled),
    },
    request: {
      fetch: (url: string, init: RequestInit) =>
        fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMs) }),
    },
  });
  const where = new URL(apiUrl).origin;
  return {
    octokit,
    where,
    async attempt(what, requests) {
      try {
        return await requests(octokit);
      } catch (error) {
        throw githubFailure(error, what, where);
      }
    },
  };
}

function ignore(): void {
  // Nothing is logged.
}
