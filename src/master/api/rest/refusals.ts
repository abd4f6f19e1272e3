import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { DeviceHealth, WorkerHealth } from '../../../model/index.js';
import { setDeviceHealth } from '../../health/set-device-health.js';
import { setWorkerHealth } from '../../health/set-worker-health.js';
import { configurationRefusal } from '../configuration-refusal.js';
import { HttpProblem, notFound } from '../problem.js';
import type { RouteContext } from '../route-context.js';
import { deviceHealthBody, workerHealthBody, type HealthBody } from './bodies.js';
import { callerOf, requireOperator, type Guards } from './guards.js';
import { pathParameter } from './parameters.js';

const resources = ['devices', 'devicetypes', 'workers', 'aliases', 'tags', 'permissions', 'users', 'groups'];
const writing = ['POST', 'PUT', 'PATCH', 'DELETE'] as const;

/**
 * Rejects every write of configuration that LAVA's REST API supports, and reports where to make the change instead.
 * Operators may only PATCH the health and nothing else, which is how LAVA before 2024.09 sets the health of a worker.
 */
export function refusalRoutes(server: FastifyInstance, context: RouteContext, guards: Guards): void {
  const refuse = async (): Promise<never> => {
    throw new HttpProblem(403, await configurationRefusal(context.store.db));
  };
  for (const resource of resources) {
    for (const url of [`/api/v0.2/${resource}/`, `/api/v0.2/${resource}/*`]) {
      server.route({ method: [...writing], url, ...guards.reader, handler: refuse });
    }
  }

  /** The handler receives only a PATCH of the health, and only from an operator. */
  const healthOnly = {
    ...guards.reader,
    attachValidation: true,
    preHandler: async (request: FastifyRequest) => {
      if (!isHealthOnly(request)) await refuse();
      requireOperator(request);
      if (request.validationError !== undefined) throw request.validationError;
    },
  };

  server.patch<{ Body: HealthBody<DeviceHealth> }>(
    '/api/v0.2/devices/:hostname/',
    { ...healthOnly, schema: { body: deviceHealthBody } },
    async (request) => {
      const { health } = request.body;
      const hostname = pathParameter(request, 'hostname');
      if (!(await setDeviceHealth(context, hostname, health, callerOf(request), ''))) throw notFound();
      return { health };
    },
  );

  server.patch<{ Body: HealthBody<WorkerHealth> }>(
    '/api/v0.2/workers/:hostname/',
    { ...healthOnly, schema: { body: workerHealthBody } },
    async (request) => {
      const { health } = request.body;
      const hostname = pathParameter(request, 'hostname');
      if (!(await setWorkerHealth(context, hostname, health, callerOf(request)))) throw notFound();
      return { health };
    },
  );
}

function isHealthOnly({ body }: FastifyRequest): boolean {
  return typeof body === 'object' && body !== null && Object.keys(body).join() === 'health';
}
