import type { FastifyInstance } from 'fastify';
import { encodeFault } from '../../../xml-rpc/index.js';
import { ReaderBusy } from '../../reading/reader.js';
import { clientOf } from '../admission/admission.js';
import { HttpProblem } from '../problem.js';
import type { RouteContext } from '../route-context.js';
import { answerCall, asFault } from './dispatch.js';

/** In bytes. LAVA accepts 2.5 MiB. */
const maxRequestBytes = 4 * 1024 * 1024;

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
    const client = clientOf(request);
    reply.type('text/xml; charset=utf-8');
    try {
      if (typeof request.body !== 'string') throw new HttpProblem(400, 'The body must be XML.');
      const call = await context.reader.call(request.body, client);
      return await answerCall({ context, identity: request.identity, client }, call);
    } catch (error) {
      if (error instanceof ReaderBusy) {
        reply.type('application/json; charset=utf-8');
        throw error;
      }
      return encodeFault(asFault(context, error));
    }
  });
}
