import type { FastifyInstance } from 'fastify';
import type { DeviceHealth } from '../../../model/index.js';
import { setDeviceHealth } from '../../health/set-device-health.js';
import {
  deviceDictionary,
  listDevices,
  renderDevice,
  showDevice,
  type DeviceField,
  type DeviceView,
} from '../../views/index.js';
import { clientOf } from '../admission/admission.js';
import { HttpProblem, notFound } from '../problem.js';
import type { RouteContext } from '../route-context.js';
import { deviceHealthBody, type HealthBody } from './bodies.js';
import { callerOf, type Guards } from './guards.js';
import { answerList } from './paging.js';
import { parameter, pathParameter, queryOf } from './parameters.js';

const fields: Readonly<Record<string, DeviceField>> = {
  hostname: 'hostname',
  device_type: 'deviceType',
  device_version: 'version',
  physical_owner: 'ownerId',
  physical_group: 'groupId',
  description: 'description',
  state: 'state',
  health: 'health',
  worker_host: 'worker',
};

export function deviceRoutes(server: FastifyInstance, context: RouteContext, guards: Guards): void {
  const { db } = context.store;

  server.get('/api/v0.2/devices/', guards.reader, (request) => {
    const includeRetired = parameter(queryOf(request), 'all') !== undefined;
    return answerList(
      request,
      fields,
      (wanted) => listDevices(db, { ...wanted, includeRetired }),
      formatDevice,
    );
  });

  server.get('/api/v0.2/devices/:hostname/', guards.reader, async (request) => {
    const device = await showDevice(db, pathParameter(request, 'hostname'));
    const all = parameter(queryOf(request), 'all') !== undefined;
    if (device === undefined || (device.health === 'Retired' && !all)) throw notFound();
    return formatDevice(device);
  });

  server.get('/api/v0.2/devices/:hostname/dictionary/', guards.reader, async (request, reply) => {
    const hostname = pathParameter(request, 'hostname');
    const dictionary = await deviceDictionary(db, hostname);
    if (dictionary === undefined) throw notFound();
    if (dictionary === null) throw new HttpProblem(400, `Device '${hostname}' does not have a dictionary.`);
    const query = queryOf(request);
    if (!isTrue(parameter(query, 'render'))) {
      return reply.type('text/plain; charset=utf-8').send(dictionary);
    }
    const jobContext = parameter(query, 'context') ?? '';
    const rendered = await renderDevice(db, context, hostname, jobContext, clientOf(request));
    if (rendered === undefined) throw notFound();
    if (!rendered.ok) throw new HttpProblem(400, rendered.problem);
    return reply.type('application/yaml; charset=utf-8').send(rendered.text);
  });

  server.post<{ Body: HealthBody<DeviceHealth> }>(
    '/api/v0.2/devices/:hostname/set_health/',
    { ...guards.operator, schema: { body: deviceHealthBody } },
    async (request, reply) => {
      const { health, reason } = request.body;
      const hostname = pathParameter(request, 'hostname');
      if (!(await setDeviceHealth(context, hostname, health, callerOf(request), reason ?? '')))
        throw notFound();
      return reply.status(202).send({ message: 'OK' });
    },
  );
}

function isTrue(flag: string | undefined): boolean {
  return flag !== undefined && flag !== '' && flag !== '0' && flag.toLowerCase() !== 'false';
}

/** A device as LAVA's REST API returns it: tags, owner and group by their IDs. */
function formatDevice(device: DeviceView) {
  return {
    hostname: device.hostname,
    device_type: device.deviceType,
    device_version: device.version,
    physical_owner: device.ownerId,
    physical_group: device.groupId,
    description: device.description,
    tags: device.tags.map((tag) => tag.id),
    state: device.state,
    health: device.health,
    last_health_report_job: device.lastHealthReportJob,
    worker_host: device.worker,
    is_synced: false,
    current_job: device.currentJob,
    lavaflow_health_reason: device.healthReason,
    lavaflow_revision: device.revision,
    lavaflow_maintenance_windows: device.maintenanceWindows,
  };
}
