import { createHash } from 'node:crypto';
import { App, Octokit } from 'octokit';
import { ExternalError } from '../diagnostics/index.js';
import { githubFailure, isNotFound } from './failure.js';

/** A GitHub App, which acts as its installation in the repository. */
interface AppKey {
  readonly appId: string;
  /** The private key, as GitHub generates it (PEM). */
  readonly privateKey: string;
}

/** A token of a workflow or of a person, or an app. */
export type Credentials = string | AppKey;

export interface ClientOptions {
  /** As Actions provides it: `https://api.github.com`, or `https://HOST/api/v3` of GitHub Enterprise. */
  readonly apiUrl: string;
  readonly credentials: Credentials;
  /** Default: 1000. The unit of the waits between attempts, in milliseconds: 1, 4 and 9 of it. */
  readonly retryUnitMs?: number;
}

/** The owner and the name of a repository. */
export interface Place {
  readonly owner: string;
  readonly repo: string;
}

export interface Client {
  /** Runs requests once, and throws what Octokit throws. */
  readonly once: <T>(requests: (octokit: Octokit) => Promise<T>) => Promise<T>;
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
export function createClient(options: ClientOptions, place: Place): Client {
  const where = new URL(options.apiUrl).origin;
  let connected: Octokit | null = null;
  const once: Client['once'] = async (requests) => {
    connected ??= await connect(options, place);
    return requests(connected);
  };
  return {
    once,
    where,
    async attempt(what, requests) {
      try {
        return await once(requests);
      } catch (error) {
        throw githubFailure(error, what, where);
      }
    },
  };
}

async function connect(options: ClientOptions, place: Place): Promise<Octokit> {
  const { credentials } = options;
  const Configured = Octokit.defaults(settings(options));
  if (typeof credentials === 'string') return new Configured({ auth: credentials });
  const app = new App({ ...credentials, Octokit: Configured });
  // Its tokens are valid for an hour. Octokit requests new ones.
  return await app.getInstallationOctokit(await installationOf(app, credentials, place));
}

async function installationOf(
  app: { readonly octokit: Octokit },
  { appId }: AppKey,
  { owner, repo }: Place,
): Promise<number> {
  try {
    return (await app.octokit.rest.apps.getRepoInstallation({ owner, repo })).data.id;
  } catch (error) {
    if (!isNotFound(error)) throw error;
    throw new ExternalError({
      what: `find the installation of app ${appId}`,
      where: `${owner}/${repo}`,
      why: 'GitHub knows no such app, or it is not installed in this repository',
      retry: 'after-change',
      hint: 'Install the app in the repository, and check its ID and key.',
      cause: error,
    });
  }
}

function settings({ apiUrl, credentials, retryUnitMs = 1_000 }: ClientOptions) {
  const mayWait = (seconds: number, { request }: Throttled): boolean =>
    seconds <= longestWaitS && request.retryCount < mostRetries;
  const owner = typeof credentials === 'string' ? credentials : credentials.appId;
  return {
    baseUrl: apiUrl.replace(/\/+$/, ''),
    userAgent: 'lavaflow',
    // Its messages are about single attempts, and contain addresses with parameters.
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    retry: { retryAfterBaseValue: retryUnitMs, retries: mostRetries },
    throttle: {
      // The limits are those of the token. Clients without a name would share the limits of the whole process.
      id: createHash('sha256').update(`${apiUrl} ${owner}`).digest('hex'),
      retryAfterBaseValue: retryUnitMs,
      onRateLimit: (seconds: number, request: object) => mayWait(seconds, request as Throttled),
      onSecondaryRateLimit: (seconds: number, request: object) => mayWait(seconds, request as Throttled),
    },
    request: {
      fetch: (url: string, init: RequestInit) =>
        fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMs) }),
    },
  };
}

function ignore(): void {
  // Nothing is logged.
}
