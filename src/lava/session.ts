import { ExternalError } from '../diagnostics/index.js';
import { type Capabilities, capabilitiesOf } from './capabilities.js';
import { createHttp, type Http, type HttpOptions } from './http.js';
import { createRest, type Rest } from './rest.js';
import { createRpc, type Rpc } from './rpc.js';

/** A master that answered: what it is, and the ways to talk to it. */
export interface Session {
  readonly http: Http;
  readonly rest: Rest;
  readonly rpc: Rpc;
  readonly capabilities: Capabilities;
}

/** The ways to a master, before it was asked who it is. */
export interface Connection {
  readonly http: Http;
  readonly rest: Rest;
  /** Asks the master who it and who we are. Every time: a master may be upgraded, a token exchanged. */
  open(signal?: AbortSignal): Promise<Session>;
}

/** @throws UsageError for a URL that is none */
export function createConnection(options: HttpOptions): Connection {
  const http = createHttp(options);
  const rest = createRest(http);
  return {
    http,
    rest,
    async open(signal) {
      const [version, whoami] = await Promise.all([
        rest.find('ask for the version', 'system/version/', signal),
        rest.find('ask whose token it is', 'system/whoami/', signal),
      ]);
      const user = whoami?.['user'];
      if (typeof user !== 'string' || typeof version?.['version'] !== 'string') {
        throw new ExternalError({
          what: 'ask for the version',
          where: http.url,
          why: version === null ? 'HTTP 404' : 'the answer names no version',
          retry: 'after-change',
          hint: 'Is this the URL of a LAVA master?',
        });
      }
      const software = version['software'];
      return {
        http,
        rest,
        rpc: createRpc(http, user),
        capabilities: capabilitiesOf(version['version'], typeof software === 'string' ? software : undefined),
      };
    },
  };
}
