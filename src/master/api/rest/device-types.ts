import type { FastifyInstance } from 'fastify';
import { findDeviceType, listAliases, listDeviceTypes } from '../../store/device-types.js';
import { revisionNames } from '../../store/revisions.js';
import type { DeviceTypeRow } from '../../store/tables.js';
import { findHealthCheck, findTemplate } from '../../store/templates.js';
import { selectPage } from '../paging.js';
import { HttpProblem, notFound } from '../problem.js';
import { pathParameter, requireReader, type RouteContext } from '../route-context.js';

const filterFields = ['name', 'architecture', 'processor', 'cpu_model', 'bits', 'description', 'display'];

export function deviceTypeRoutes(server: FastifyInstance, context: RouteContext): void {
  const { db } = context.store;

  server.get('/api/v0.2/devicetypes/', async (request) => {
    await requireReader(context, request);
    return selectPage(request, await views(context, await listDeviceTypes(db)), filterFields);
  });

  server.get('/api/v0.2/devicetypes/:name/', async (request) => {
    await requireReader(context, request);
    const row = await findDeviceType(db, pathParameter(request, 'name'));
    if (row === undefined) throw notFound();
    const [view] = await views(context, [row]);
    return view;
  });

  // Templates and health checks have names of their own here: a base template has no device type.
  server.get('/api/v0.2/devicetypes/:name/template/', async (request, reply) => {
    await requireReader(context, request);
    const name = pathParameter(request, 'name');
    const template = await findTemplate(db, name);
    if (template === undefined) throw new HttpProblem(400, `Device-type '${name}' template was not found.`);
    return reply.type('application/yaml; charset=utf-8').send(template.text);
  });

  server.get('/api/v0.2/devicetypes/:name/health_check/', async (request, reply) => {
    await requireReader(context, request);
    const name = pathParameter(request, 'name');
    const check = await findHealthCheck(db, name);
    if (check === undefined) throw new HttpProblem(400, `Device-type '${name}' health check was not found.`);
    return reply.type('application/yaml; charset=utf-8').send(check.job);
  });
}

async function views({ store: { db } }: RouteContext, rows: readonly DeviceTypeRow[]) {
  const aliases = await listAliases(db);
  const revisions = await revisionNames(
    db,
    rows.map((row) => row.revisionId),
  );
  return rows.map((row) => ({
    name: row.name,
    architecture: row.architecture,
    processor: row.processor,
    cpu_model: row.cpuModel,
    aliases: aliases.filter((alias) => alias.deviceType === row.name).map((alias) => alias.name),
    bits: row.bits,
    cores: JSON.parse(row.cores) as readonly string[],
    core_count: row.coreCount,
    description: row.description,
    health_frequency: row.healthFrequency,
    disable_health_check: row.healthChecksDisabled === 1,
    health_denominator: row.healthDenominator,
    display: row.display === 1,
    lavaflow_revision: revisions.get(row.revisionId) ?? null,
  }));
}
