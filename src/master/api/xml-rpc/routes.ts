import type { FastifyInstance } from 'fastify';
import { decodeCall, encodeFault, encodeResponse } from '../../../xml-rpc/index.js';
import { authenticate } from '../../access/identity.js';
import { HttpProblem } from '../problem.js';
import type { RouteContext } from '../route-context.js';
import { asFault, dispatch } from './dispatch.js';

/** In bytes: enough for many reads in one `system.multicall`. */
const maxRequestBytes = 32 * 1024 * 1024;

/**
 * `POST /RPC2`: LAVA's XML-RPC API, with user and token as `Basic` credentials. Wrong ones get HTTP status 401, as on
 * LAVA.
 */
export function xmlRpcRoutes(server: FastifyInstance, context: RouteContext): void {
  server.addContentTypeParser(
    ['text/xml', 'application/xml'],
    { parseAs: 'string', bodyLimit: maxRequestBytes },
    (_request, body, done) => {
      done(null, String(body));
    },
  );
  server.post('/RPC2', { bodyLimit: maxRequestBytes }, async (request, reply) => {
    const identity = await authenticate(context.store.db, request.headers.authorization);
    if (identity === 'refused') throw new HttpProblem(401, 'Invalid token');
    reply.type('text/xml; charset=utf-8');
    try {
      if (typeof request.body !== 'string') throw new HttpProblem(400, 'The body must be XML.');
      const call = decodeCall(request.body);
      return encodeResponse(await dispatch(context, identity === 'anonymous' ? null : identity, call));
    } catch (error) {
      return encodeFault(asFault(context, error));
    }
  });
}
