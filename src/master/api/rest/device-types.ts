import type { FastifyInstance } from 'fastify';
import {
  healthCheckOf,
  listDeviceTypes,
  showDeviceType,
  templateOf,
  type DeviceTypeField,
  type DeviceTypeView,
} from '../../views/index.js';
import { HttpProblem, notFound } from '../problem.js';
import type { RouteContext } from '../route-context.js';
import type { Guards } from './guards.js';
import { answerList } from './paging.js';
import { pathParameter } from './parameters.js';

const fields: Readonly<Record<string, DeviceTypeField>> = {
  name: 'name',
  architecture: 'architecture',
  processor: 'processor',
  cpu_model: 'cpuModel',
  bits: 'bits',
  description: 'description',
  display: 'display',
};

export function deviceTypeRoutes(server: FastifyInstance, context: RouteContext, guards: Guards): void {
  const { db } = context.store;

  server.get('/api/v0.2/devicetypes/', guards.reader, (request) =>
    answerList(request, fields, (wanted) => listDeviceTypes(db, wanted), formatType),
  );

  server.get('/api/v0.2/devicetypes/:name/', guards.reader, async (request) => {
    const type = await showDeviceType(db, pathParameter(request, 'name'));
    if (type === undefined) throw notFound();
    return formatType(type);
  });

  // Here, templates and health checks have their own names: a base template does not have a device type.
  server.get('/api/v0.2/devicetypes/:name/template/', guards.reader, async (request, reply) => {
    const name = pathParameter(request, 'name');
    const text = await templateOf(db, name);
    if (text === undefined) throw new HttpProblem(400, `Device-type '${name}' template was not found.`);
    return reply.type('application/yaml; charset=utf-8').send(text);
  });

  server.get('/api/v0.2/devicetypes/:name/health_check/', guards.reader, async (request, reply) => {
    const name = pathParameter(request, 'name');
    const job = await healthCheckOf(db, name);
    if (job === undefined) throw new HttpProblem(400, `Device-type '${name}' health check was not found.`);
    return reply.type('application/yaml; charset=utf-8').send(job);
  });
}

function formatType(type: DeviceTypeView) {
  return {
    name: type.name,
    architecture: type.architecture,
    processor: type.processor,
    cpu_model: type.cpuModel,
    aliases: type.aliases,
    bits: type.bits,
    cores: type.cores,
    core_count: type.coreCount,
    description: type.description,
    health_frequency: type.healthCheckFrequency.every,
    disable_health_check: type.healthChecksDisabled,
    health_denominator: type.healthCheckFrequency.unit,
    display: type.display,
    lavaflow_revision: type.revision,
  };
}
