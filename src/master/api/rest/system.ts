import type { FastifyInstance } from 'fastify';
import { authenticate } from '../../access/identity.js';
import { HttpProblem } from '../problem.js';
import type { RouteContext } from '../route-context.js';

/** What anyone may read: the version, the user of a token, the master's public certificate. */
export function systemRoutes(server: FastifyInstance, context: RouteContext): void {
  server.get('/api/v0.2/system/version/', () => ({ version: context.version, software: 'lavaflow' }));

  server.get('/api/v0.2/system/whoami/', async (request) => {
    const identity = await authenticate(context.store.db, request.headers.authorization);
    if (identity === 'refused') throw new HttpProblem(403, 'Invalid token.');
    return { user: identity === 'anonymous' ? '' : identity.username };
  });

  server.get('/api/v0.2/system/certificate/', async (_request, reply) => {
    await reply.type('text/plain; charset=utf-8').send(context.masterCertificate);
  });
}
