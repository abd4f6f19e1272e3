import { ExternalError } from '../diagnostics/index.js';
import { type Capabilities, capabilitiesOf } from './capabilities.js';
import { createHttp, type Http, type HttpOptions } from './http.js';
import { createRest, type Rest } from './rest.js';
import { createRpc, type Rpc } from './rpc.js';

/** A master that responded: its capabilities, and the clients to talk to it. */
export interface Session {
  readonly http: Http;
  readonly rest: Rest;
  readonly rpc: Rpc;
  readonly capabilities: Capabilities;
  /** The user of the token. */
  readonly user: string;
}

/** What a master reported the last time. It may have changed since, so it is only used for requests that confirm it. */
export interface KnownMaster {
  /** As a stock LAVA reports it. */
  readonly release: string;
  /** The user of the token. */
  readonly user: string;
  /** Names of its groups. */
  readonly groups: readonly string[];
}

/** The clients for a master before it was asked for its release. */
export interface Connection {
  readonly http: Http;
  readonly rest: Rest;
  /** Asks the master for its release and our user. Never cached: a master may be upgraded, a token replaced. */
  open(signal?: AbortSignal): Promise<Session>;
  /** The session that `open` returns if the master is still as it was known. */
  assume(known: KnownMaster): Session;
}

/** @throws UsageError when the URL is not valid */
export function createConnection(options: HttpOptions): Connection {
  const http = createHttp(options);
  const rest = createRest(http);
  return {
    http,
    rest,
    async open(signal) {
      const [version, whoami] = await Promise.all([
        rest.find('get the version', 'system/version/', signal),
        rest.find('get the user of the token', 'system/whoami/', signal),
      ]);
      const user = whoami?.['user'];
      if (typeof user !== 'string' || typeof version?.['version'] !== 'string') {
        throw new ExternalError({
          what: 'get the version',
          where: http.url,
          why: version === null ? 'HTTP 404' : 'the response does not contain the version',
          retry: 'after-change',
          hint: 'Check that this is the URL of a LAVA master.',
        });
      }
      const { software, features } = version;
      const own = Array.isArray(features) ? features.filter((one) => typeof one === 'string') : [];
      return {
        http,
        rest,
        rpc: createRpc(http, user),
        user,
        capabilities: capabilitiesOf(
          version['version'],
          typeof software === 'string' ? software : undefined,
          own,
        ),
      };
    },
    assume: ({ release, user }) => ({
      http,
      rest,
      rpc: createRpc(http, user),
      user,
      capabilities: capabilitiesOf(release, undefined),
    }),
  };
}
