import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../route-context.js';

/** What anyone may read: the version, the user of a token, the master's public certificate. */
export function systemRoutes(server: FastifyInstance, context: RouteContext): void {
  server.get('/api/v0.2/system/version/', () => ({
    version: context.version,
    software: 'lavaflow',
    features: ['maintenance-windows'],
  }));

  server.get('/api/v0.2/system/whoami/', ({ identity }) => ({ user: identity?.username ?? '' }));

  server.get('/api/v0.2/system/certificate/', async (_request, reply) => {
    await reply.type('text/plain; charset=utf-8').send(context.masterCertificate);
  });
}
