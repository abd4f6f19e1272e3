import type { FastifyInstance } from 'fastify';
import type { WorkerHealth } from '../../../model/index.js';
import { setWorkerHealth } from '../../health/set-worker-health.js';
import { releaseWorker } from '../../jobs/release-worker.js';
import {
  listWorkers,
  showWorker,
  showWorkerFiles,
  type WorkerField,
  type WorkerView,
} from '../../views/index.js';
import { HttpProblem, notFound } from '../problem.js';
import type { RouteContext } from '../route-context.js';
import { workerHealthBody, type HealthBody } from './bodies.js';
import { callerOf, type Guards } from './guards.js';
import { answerList } from './paging.js';
import { pathParameter } from './parameters.js';

const fields: Readonly<Record<string, WorkerField>> = {
  hostname: 'hostname',
  health: 'health',
  state: 'state',
  description: 'description',
  job_limit: 'jobLimit',
  version: 'version',
};

/** The files of a worker: those of LAVA's REST API under its names, and two that it does not have (any more). */
const files = {
  env: 'env',
  'env-dut': 'envDut',
  config: 'dispatcherConfig',
  certificate: 'certificate',
} as const;

export function workerRoutes(server: FastifyInstance, context: RouteContext, guards: Guards): void {
  const { db } = context.store;

  server.get('/api/v0.2/workers/', guards.reader, (request) =>
    answerList(request, fields, (wanted) => listWorkers(db, wanted), formatWorker),
  );

  server.get('/api/v0.2/workers/:hostname/', guards.reader, async (request) => {
    const worker = await showWorker(db, pathParameter(request, 'hostname'));
    if (worker === undefined) throw notFound();
    return formatWorker(worker);
  });

  for (const [path, file] of Object.entries(files)) {
    server.get(`/api/v0.2/workers/:hostname/${path}/`, guards.reader, async (request, reply) => {
      const hostname = pathParameter(request, 'hostname');
      const worker = await showWorkerFiles(db, hostname);
      if (worker === undefined) throw notFound();
      const text = worker[file];
      if (text === null) throw new HttpProblem(400, `Worker '${hostname}' does not have a ${path}.`);
      return reply.type('application/yaml; charset=utf-8').send(text);
    });
  }

  server.post<{ Body: HealthBody<WorkerHealth> }>(
    '/api/v0.2/workers/:hostname/set_health/',
    { ...guards.operator, schema: { body: workerHealthBody } },
    async (request, reply) => {
      const hostname = pathParameter(request, 'hostname');
      if (!(await setWorkerHealth(context, hostname, request.body.health, callerOf(request))))
        throw notFound();
      return reply.status(202).send({ message: 'OK' });
    },
  );

  // LAVA has nothing like this: it believes any worker that does not know its jobs.
  server.post('/api/lavaflow/v1/workers/:hostname/release', guards.operator, async (request) => {
    const hostname = pathParameter(request, 'hostname');
    const release = await releaseWorker(context, hostname, callerOf(request));
    if (release.kind === 'unknown') throw notFound();
    if (release.kind === 'online') {
      const why = `The dispatcher of '${hostname}' sent a message less than a minute ago. Stop it first.`;
      throw new HttpProblem(409, why);
    }
    return { jobs: release.jobs };
  });
}

function formatWorker(worker: WorkerView) {
  return {
    hostname: worker.hostname,
    health: worker.health,
    state: worker.state,
    description: worker.description,
    last_ping: worker.lastPing,
    job_limit: worker.jobLimit,
    version: worker.version,
    lavaflow_revision: worker.revision,
    lavaflow_conflict: worker.conflict,
    lavaflow_maintenance_windows: worker.maintenanceWindows,
  };
}
