import type { FastifyInstance } from 'fastify';
import { deviceHealths } from '../../../model/index.js';
import { setDeviceHealth } from '../../health/set-device-health.js';
import { isMapping, parseYaml } from '../../../pyyaml/index.js';
import { findDevice, listDeviceSummaries } from '../../store/devices.js';
import { listPrincipals } from '../../store/principals.js';
import { revisionNames } from '../../store/revisions.js';
import type { DeviceRow } from '../../store/tables.js';
import { tagsByDevice } from '../../store/tags.js';
import { currentJobs, deviceState } from '../device-state.js';
import { parameter, queryOf, selectPage } from '../paging.js';
import { HttpProblem, notFound } from '../problem.js';
import {
  bodyOf,
  pathParameter,
  requireOperator,
  requireReader,
  type RouteContext,
} from '../route-context.js';
import { healthOf } from './health.js';

type DeviceSummary = Omit<DeviceRow, 'dictionary'>;

const filterFields = [
  'hostname',
  'device_type',
  'device_version',
  'physical_owner',
  'physical_group',
  'description',
  'state',
  'health',
  'worker_host',
];

export function deviceRoutes(server: FastifyInstance, context: RouteContext): void {
  const { db } = context.store;

  server.get('/api/v0.2/devices/', async (request) => {
    await requireReader(context, request);
    const all = parameter(queryOf(request), 'all') !== undefined;
    const rows = (await listDeviceSummaries(db)).filter((row) => all || row.health !== 'Retired');
    return selectPage(request, await views(context, rows), filterFields);
  });

  server.get('/api/v0.2/devices/:hostname/', async (request) => {
    await requireReader(context, request);
    const row = await findDevice(db, pathParameter(request, 'hostname'));
    const all = parameter(queryOf(request), 'all') !== undefined;
    if (row === undefined || (row.health === 'Retired' && !all)) throw notFound();
    const [view] = await views(context, [row]);
    return view;
  });

  server.get('/api/v0.2/devices/:hostname/dictionary/', async (request, reply) => {
    await requireReader(context, request);
    const row = await findDevice(db, pathParameter(request, 'hostname'));
    if (row === undefined) throw notFound();
    if (row.dictionary === null) {
      throw new HttpProblem(400, `Device '${row.hostname}' does not have a dictionary.`);
    }
    const query = queryOf(request);
    const render = parameter(query, 'render');
    if (render === undefined || render === '' || render === '0' || render.toLowerCase() === 'false') {
      return reply.type('text/plain; charset=utf-8').send(row.dictionary);
    }
    const rendered = await context.renderer.render(db, row, jobContext(parameter(query, 'context')));
    if (!rendered.ok) throw new HttpProblem(400, rendered.problem);
    return reply.type('application/yaml; charset=utf-8').send(rendered.text);
  });

  server.post('/api/v0.2/devices/:hostname/set_health/', async (request, reply) => {
    const { username } = await requireOperator(context, request);
    const { health: wanted, reason } = bodyOf(request);
    const health = healthOf(deviceHealths, wanted);
    const hostname = pathParameter(request, 'hostname');
    const why = typeof reason === 'string' ? reason : '';
    if (!(await setDeviceHealth(context, hostname, health, username, why))) throw notFound();
    return reply.status(202).send({ message: 'OK' });
  });
}

function jobContext(text: string | undefined): Readonly<Record<string, unknown>> {
  if (text === undefined || text === '') return {};
  const yaml = parseYaml(text);
  if (!yaml.ok || !isMapping(yaml.value)) throw new HttpProblem(400, 'The context must be a YAML mapping.');
  return yaml.value;
}

/** Devices as LAVA's REST API shows them: tags, owner and group by their numbers. */
async function views({ store: { db } }: RouteContext, rows: readonly DeviceSummary[]) {
  const jobs = await currentJobs(db);
  const tags = await tagsByDevice(db);
  const users = new Map((await listPrincipals(db, 'user')).map(({ name, id }) => [name, id]));
  const groups = new Map((await listPrincipals(db, 'group')).map(({ name, id }) => [name, id]));
  const revisions = await revisionNames(
    db,
    rows.map((row) => row.revisionId),
  );
  return rows.map((row) => ({
    hostname: row.hostname,
    device_type: row.deviceType,
    device_version: row.version,
    physical_owner: row.physicalOwner === null ? null : (users.get(row.physicalOwner) ?? null),
    physical_group: row.physicalGroup === null ? null : (groups.get(row.physicalGroup) ?? null),
    description: row.description,
    tags: (tags.get(row.hostname) ?? []).map((tag) => tag.id),
    state: deviceState(jobs.get(row.hostname)),
    health: row.health,
    last_health_report_job: row.lastHealthReportJob,
    worker_host: row.worker,
    is_synced: false,
    current_job: jobs.get(row.hostname)?.id ?? null,
    lavaflow_health_reason: row.healthReason,
    lavaflow_revision: revisions.get(row.revisionId) ?? null,
  }));
}
