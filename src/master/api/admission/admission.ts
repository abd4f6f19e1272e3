/**
 * What happens to each request before its body is read: the client is identified, its rate is limited, and a client
 * without a token may send only a little. `guards.ts` decides what a client may do.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { authenticate, type Identity } from '../../access/identity.js';
import type { ReaderClient } from '../../reading/reader.js';
import { HttpProblem } from '../problem.js';
import type { RouteContext } from '../route-context.js';
import { networkOf } from '../../../net/index.js';
import { Budgets, standardBudgets } from './budgets.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The user who sent the request; null without credentials. */
    identity: Identity | null;
    client: ApiClient | null;
  }
}

/** A user with a token, or an address without one. */
export interface ApiClient extends ReaderClient {
  /** Spends more of its budget, for calls in the body of a request. */
  readonly spend: (requests: number) => void;
}

/** In bytes: enough for every call and every usual job. */
const mostBytesOfGuest = 64 * 1024;

/** The time of a thread that costs as much as a request. A guest can use a tenth of a thread for long. */
const threadMsPerRequest = 5;

/** Adds the hooks. They also run before the response that a path does not exist. */
export function admitRequests(server: FastifyInstance, context: RouteContext): void {
  const { budgets: sizes = standardBudgets } = context;
  const guests = new Budgets(sizes.guest);
  const users = new Budgets(sizes.user);
  server.decorateRequest('identity', null);
  server.decorateRequest('client', null);

  server.addHook('onRequest', async (request) => {
    if (!isHostValid(request)) throw new HttpProblem(400, 'The Host header is not valid.');
    const found = await authenticate(context.store.db, request.headers.authorization);
    const identity = typeof found === 'string' ? null : found;
    const key = identity === null ? `address ${networkOf(request.ip)}` : `user ${identity.username}`;
    const budgets = identity === null ? guests : users;
    const waitS = budgets.spend(key);
    if (waitS > 0) throw new TooManyRequests(waitS);
    // As on LAVA: 403 for REST, 401 for XML-RPC.
    if (found === 'refused') throw new HttpProblem(isXmlRpc(request) ? 401 : 403, 'Invalid token.');
    request.identity = identity;
    request.client = {
      client: key,
      isGuest: identity === null,
      charge: (ms) => {
        budgets.charge(key, ms / threadMsPerRequest);
      },
      spend: (requests) => {
        budgets.charge(key, requests);
      },
    };
  });

  // Runs after the guards of the route.
  server.addHook('preParsing', async (request, reply, payload) => {
    if (request.identity === null) {
      const problem = whyTooMuch(request);
      if (problem?.status === 411) reply.header('connection', 'close');
      if (problem !== null) throw problem;
    }
    return payload;
  });
}

/** Too many requests; `Retry-After` specifies when to try again. */
export class TooManyRequests extends HttpProblem {
  constructor(readonly retryAfterS: number) {
    super(429, `Too many requests. Try again in ${retryAfterS} s.`);
  }
}

/** The client of a request, after the hooks. */
export function clientOf({ client }: FastifyRequest): ApiClient {
  if (client === null) throw new Error('a request was handled before its client was known');
  return client;
}

function whyTooMuch({ headers }: FastifyRequest): HttpProblem | null {
  if (headers['transfer-encoding'] !== undefined) {
    return new HttpProblem(411, 'Without a token, a request must specify its length (Content-Length).');
  }
  if (Number(headers['content-length'] ?? 0) <= mostBytesOfGuest) return null;
  return new HttpProblem(413, `Without a token, a request may have at most ${mostBytesOfGuest} bytes.`);
}

function isXmlRpc(request: FastifyRequest): boolean {
  return request.routeOptions.url === '/RPC2';
}

/** The links in responses contain the host. An HTTP/1.0 client may omit it. */
function isHostValid({ host }: FastifyRequest): boolean {
  return host === '' || (!/[/?#@\\]/.test(host) && URL.canParse(`http://${host}`));
}
