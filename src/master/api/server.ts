import { fastify, type FastifyInstance } from 'fastify';
import { limitConnections, proxiesAmong } from '../../net/index.js';
import { ajvOptions } from '../schemas/ajv-options.js';
import { ReaderBusy } from '../reading/reader.js';
import { admitRequests, TooManyRequests } from './admission/admission.js';
import { standardConnectionLimits } from './admission/connection-limits.js';
import { HttpProblem } from './problem.js';
import { bodyProblem, readForm } from './rest/bodies.js';
import { deviceTypeRoutes } from './rest/device-types.js';
import { deviceRoutes } from './rest/devices.js';
import { directoryRoutes } from './rest/directory.js';
import { guards } from './rest/guards.js';
import { jobResultRoutes } from './rest/job-results.js';
import { jobRoutes } from './rest/jobs.js';
import { refusalRoutes } from './rest/refusals.js';
import { revisionRoutes } from './rest/revisions.js';
import { systemRoutes } from './rest/system.js';
import { workerRoutes } from './rest/workers.js';
import type { RouteContext } from './route-context.js';
import { whyUnavailable } from './unavailable.js';
import { xmlRpcRoutes } from './xml-rpc/routes.js';

/** In bytes: enough for a job definition. Revisions have their own limit. */
const maxBodyBytes = 4 * 1024 * 1024;

/**
 * Creates the server of the master's APIs: LAVA's REST v0.2 and XML-RPC, and the API for the reconciler. It does not
 * listen yet.
 */
export function createServer(context: RouteContext): FastifyInstance {
  const { isProxy = proxiesAmong([]), connectionLimits = standardConnectionLimits } = context;
  const server = fastify({
    bodyLimit: maxBodyBytes,
    // LAVA's URLs end with a slash; it is optional here.
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
    requestTimeout: 60_000,
    // A TLS proxy reports the addresses of its clients.
    trustProxy: isProxy,
    forceCloseConnections: true,
    // Bodies are validated as they are: nothing is converted, removed or added.
    ajv: {
      customOptions: { ...ajvOptions, coerceTypes: false, removeAdditional: false, useDefaults: false },
    },
    schemaErrorFormatter: bodyProblem,
  });
  limitConnections(server.server, connectionLimits, isProxy, context.log);
  server.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => {
      try {
        done(null, readForm(String(body)));
      } catch (error) {
        done(error as Error);
      }
    },
  );
  server.setErrorHandler(async (error: unknown, request, reply) => {
    if (error instanceof TooManyRequests || error instanceof ReaderBusy) {
      reply.header('retry-after', error instanceof ReaderBusy ? 1 : error.retryAfterS);
    }
    if (error instanceof ReaderBusy) return reply.status(429).send({ detail: error.message });
    if (error instanceof HttpProblem) return reply.status(error.status).send(error.body);
    const status = statusOf(error);
    if (status < 500 && error instanceof Error) return reply.status(status).send({ detail: error.message });
    context.log.error({ method: request.method, url: request.url, error: String(error) }, 'request failed');
    const why = whyUnavailable(error);
    if (why !== null) {
      return reply.status(503).send({ detail: `The master cannot handle this request: ${why}.` });
    }
    return reply
      .status(500)
      .send({ detail: 'The master failed to handle this request. The reason is in its log.' });
  });
  server.setNotFoundHandler(async (_request, reply) => reply.status(404).send({ detail: 'Not found.' }));

  admitRequests(server, context);
  systemRoutes(server, context);
  deviceRoutes(server, context, guards);
  deviceTypeRoutes(server, context, guards);
  workerRoutes(server, context, guards);
  directoryRoutes(server, context, guards);
  jobRoutes(server, context, guards);
  jobResultRoutes(server, context, guards);
  revisionRoutes(server, context, guards);
  refusalRoutes(server, context, guards);
  xmlRpcRoutes(server, context);
  return server;
}

function statusOf(error: unknown): number {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' && status >= 400 ? status : 500;
}
