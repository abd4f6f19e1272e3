import type { FastifyInstance, FastifyRequest } from 'fastify';
import { findJobSummary } from '../../store/jobs.js';
import { listSuites, listTestCases, type TestCase } from '../../store/results.js';
import { selectPage } from '../paging.js';
import { notFound } from '../problem.js';
import { numberParameter, requireReader, type RouteContext } from '../route-context.js';

const caseFields = ['id', 'name', 'result', 'suite', 'test_set', 'unit', 'measurement'];

/** The results of a job: suites, and the test cases in them. */
export function jobResultRoutes(server: FastifyInstance, context: RouteContext): void {
  const { db } = context.store;

  async function jobOf(request: FastifyRequest): Promise<number> {
    await requireReader(context, request);
    const id = numberParameter(request, 'id');
    if ((await findJobSummary(db, id)) === undefined) throw notFound();
    return id;
  }

  async function suitesOf(request: FastifyRequest) {
    const job = await jobOf(request);
    return (await listSuites(db, job)).map(({ id, name }) => ({
      id,
      name,
      job,
      resource_uri: uri(request, `/api/v0.2/jobs/${job}/suites/${id}/`),
    }));
  }

  server.get('/api/v0.2/jobs/:id/suites/', async (request) =>
    selectPage(request, await suitesOf(request), ['id', 'name']),
  );

  server.get('/api/v0.2/jobs/:id/suites/:suite/', async (request) => {
    const id = numberParameter(request, 'suite');
    const suite = (await suitesOf(request)).find((row) => row.id === id);
    if (suite === undefined) throw notFound();
    return suite;
  });

  server.get('/api/v0.2/jobs/:id/suites/:suite/tests/', async (request) => {
    const job = await jobOf(request);
    const suiteId = numberParameter(request, 'suite');
    const cases = await listTestCases(db, job, { suiteId });
    return selectPage(
      request,
      cases.map((row) => caseView(request, row)),
      caseFields,
    );
  });

  server.get('/api/v0.2/jobs/:id/tests/', async (request) => {
    const cases = await listTestCases(db, await jobOf(request), {});
    return selectPage(
      request,
      cases.map((row) => caseView(request, row)),
      caseFields,
    );
  });
}

function uri(request: FastifyRequest, path: string): string {
  return `${request.protocol}://${request.host}${path}`;
}

function caseView(request: FastifyRequest, row: TestCase) {
  return {
    id: row.id,
    resource_uri: uri(request, `/api/v0.2/jobs/${row.jobId}/suites/${row.suiteId}/tests/${row.id}/`),
    result: row.result,
    unit: row.units,
    name: row.name,
    // Ten decimals, as LAVA's database keeps them.
    measurement: row.measurement === null ? null : Number(row.measurement).toFixed(10),
    metadata: JSON.parse(row.metadata) as unknown,
    suite: row.suiteId,
    suite_name: row.suite,
    start_log_line: row.startLogLine,
    end_log_line: row.endLogLine,
    test_set: row.testSet,
    logged: row.logged,
  };
}
