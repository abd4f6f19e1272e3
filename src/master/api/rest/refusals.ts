import type { FastifyInstance, FastifyRequest } from 'fastify';
import { deviceHealths, workerHealths } from '../../../model/index.js';
import { setDeviceHealth } from '../../health/set-device-health.js';
import { setWorkerHealth } from '../../health/set-worker-health.js';
import { configurationRefusal } from '../configuration-refusal.js';
import { HttpProblem, notFound } from '../problem.js';
import {
  bodyOf,
  pathParameter,
  requireOperator,
  requireReader,
  type RouteContext,
} from '../route-context.js';
import { healthOf } from './health.js';

const resources = ['devices', 'devicetypes', 'workers', 'aliases', 'tags', 'permissions', 'users', 'groups'];
const writing = ['POST', 'PUT', 'PATCH', 'DELETE'] as const;

/**
 * Every write to the configuration that LAVA's REST API knows, refused with the place where it belongs. What is left to
 * operators: a PATCH of nothing but the health, which is how LAVA before 2024.09 sets a worker's.
 */
export function refusalRoutes(server: FastifyInstance, context: RouteContext): void {
  const refuse = async (request: FastifyRequest): Promise<never> => {
    await requireReader(context, request);
    throw new HttpProblem(403, await configurationRefusal(context.store.db));
  };
  for (const resource of resources) {
    server.route({ method: [...writing], url: `/api/v0.2/${resource}/`, handler: refuse });
    server.route({ method: [...writing], url: `/api/v0.2/${resource}/*`, handler: refuse });
  }

  server.patch('/api/v0.2/devices/:hostname/', async (request) => {
    if (!isHealthOnly(request)) return refuse(request);
    const { username } = await requireOperator(context, request);
    const health = healthOf(deviceHealths, bodyOf(request)['health']);
    const hostname = pathParameter(request, 'hostname');
    if (!(await setDeviceHealth(context, hostname, health, username, ''))) throw notFound();
    return { health };
  });

  server.patch('/api/v0.2/workers/:hostname/', async (request) => {
    if (!isHealthOnly(request)) return refuse(request);
    const { username } = await requireOperator(context, request);
    const health = healthOf(workerHealths, bodyOf(request)['health']);
    const hostname = pathParameter(request, 'hostname');
    if (!(await setWorkerHealth(context, hostname, health, username))) throw notFound();
    return { health };
  });
}

function isHealthOnly(request: FastifyRequest): boolean {
  const { body } = request;
  return typeof body === 'object' && body !== null && Object.keys(body).join() === 'health';
}
