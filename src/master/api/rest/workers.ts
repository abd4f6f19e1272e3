import type { FastifyInstance } from 'fastify';
import { workerHealths } from '../../../model/index.js';
import { setWorkerHealth } from '../../health/set-worker-health.js';
import { revisionNames } from '../../store/revisions.js';
import type { WorkerRow } from '../../store/tables.js';
import { findWorker, listWorkers } from '../../store/workers.js';
import { selectPage } from '../paging.js';
import { HttpProblem, notFound } from '../problem.js';
import {
  bodyOf,
  pathParameter,
  requireOperator,
  requireReader,
  type RouteContext,
} from '../route-context.js';
import { healthOf } from './health.js';

const filterFields = ['hostname', 'health', 'state', 'description', 'job_limit', 'version'];

/** A worker's texts, under the names of LAVA's REST API and the two that it lacks or has dropped. */
const texts = {
  env: 'env',
  'env-dut': 'envDut',
  config: 'dispatcherConfig',
  certificate: 'certificate',
} as const satisfies Readonly<Record<string, keyof WorkerRow>>;

export function workerRoutes(server: FastifyInstance, context: RouteContext): void {
  const { db } = context.store;

  server.get('/api/v0.2/workers/', async (request) => {
    await requireReader(context, request);
    return selectPage(request, await views(context, await listWorkers(db)), filterFields);
  });

  server.get('/api/v0.2/workers/:hostname/', async (request) => {
    await requireReader(context, request);
    const row = await findWorker(db, pathParameter(request, 'hostname'));
    if (row === undefined) throw notFound();
    const [view] = await views(context, [row]);
    return view;
  });

  for (const [path, column] of Object.entries(texts)) {
    server.get(`/api/v0.2/workers/:hostname/${path}/`, async (request, reply) => {
      await requireReader(context, request);
      const row = await findWorker(db, pathParameter(request, 'hostname'));
      if (row === undefined) throw notFound();
      const text = row[column];
      if (text === null) throw new HttpProblem(400, `Worker '${row.hostname}' does not have a ${path}.`);
      return reply.type('application/yaml; charset=utf-8').send(text);
    });
  }

  server.post('/api/v0.2/workers/:hostname/set_health/', async (request, reply) => {
    const { username } = await requireOperator(context, request);
    const health = healthOf(workerHealths, bodyOf(request)['health']);
    const hostname = pathParameter(request, 'hostname');
    if (!(await setWorkerHealth(context, hostname, health, username))) throw notFound();
    return reply.status(202).send({ message: 'OK' });
  });
}

async function views({ store: { db } }: RouteContext, rows: readonly WorkerRow[]) {
  const revisions = await revisionNames(
    db,
    rows.map((row) => row.revisionId),
  );
  return rows.map((row) => ({
    hostname: row.hostname,
    health: row.health,
    state: row.state,
    description: row.description,
    last_ping: row.lastPing,
    job_limit: row.jobLimit,
    version: row.version,
    lavaflow_revision: revisions.get(row.revisionId) ?? null,
  }));
}
