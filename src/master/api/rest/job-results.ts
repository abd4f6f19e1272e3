import type { FastifyInstance, FastifyRequest } from 'fastify';
import {
  jobExists,
  listSuites,
  listTestCases,
  showSuite,
  type TestCase,
  type TestCaseField,
} from '../../views/index.js';
import { notFound } from '../problem.js';
import type { RouteContext } from '../route-context.js';
import type { Guards } from './guards.js';
import { answerList } from './paging.js';
import { numberParameter } from './parameters.js';

const suiteFields = { id: 'id', name: 'name' } as const;

const caseFields: Readonly<Record<string, TestCaseField>> = {
  id: 'id',
  name: 'name',
  result: 'result',
  suite: 'suiteId',
  test_set: 'testSet',
  unit: 'units',
  measurement: 'measurement',
};

/** The results of a job: its suites and their test cases. */
export function jobResultRoutes(server: FastifyInstance, context: RouteContext, guards: Guards): void {
  const { db } = context.store;

  async function jobOf(request: FastifyRequest): Promise<number> {
    const id = numberParameter(request, 'id');
    if (!(await jobExists(db, id))) throw notFound();
    return id;
  }

  server.get('/api/v0.2/jobs/:id/suites/', guards.reader, async (request) => {
    const job = await jobOf(request);
    return answerList(
      request,
      suiteFields,
      (wanted) => listSuites(db, job, wanted),
      (suite) => formatSuite(request, suite),
    );
  });

  server.get('/api/v0.2/jobs/:id/suites/:suite/', guards.reader, async (request) => {
    const suite = await showSuite(db, await jobOf(request), numberParameter(request, 'suite'));
    if (suite === undefined) throw notFound();
    return formatSuite(request, suite);
  });

  async function answerCases(request: FastifyRequest, suiteId?: number) {
    const jobId = await jobOf(request);
    return answerList(
      request,
      caseFields,
      (wanted) => listTestCases(db, { jobId, suiteId }, wanted),
      (testCase) => formatCase(request, testCase),
    );
  }

  server.get('/api/v0.2/jobs/:id/suites/:suite/tests/', guards.reader, (request) =>
    answerCases(request, numberParameter(request, 'suite')),
  );
  server.get('/api/v0.2/jobs/:id/tests/', guards.reader, (request) => answerCases(request));
}

function uri(request: FastifyRequest, path: string): string {
  return `${request.protocol}://${request.host}${path}`;
}

function formatSuite(
  request: FastifyRequest,
  { id, name, jobId }: { readonly id: number; readonly name: string; readonly jobId: number },
) {
  return { id, name, job: jobId, resource_uri: uri(request, `/api/v0.2/jobs/${jobId}/suites/${id}/`) };
}

function formatCase(request: FastifyRequest, testCase: TestCase) {
  const { id, jobId, suiteId } = testCase;
  return {
    id,
    resource_uri: uri(request, `/api/v0.2/jobs/${jobId}/suites/${suiteId}/tests/${id}/`),
    result: testCase.result,
    unit: testCase.units,
    name: testCase.name,
    // Ten decimals, as in LAVA's database.
    measurement: testCase.measurement === null ? null : testCase.measurement.toFixed(10),
    metadata: testCase.metadata,
    suite: suiteId,
    suite_name: testCase.suite,
    start_log_line: testCase.startLogLine,
    end_log_line: testCase.endLogLine,
    test_set: testCase.testSet,
    logged: testCase.logged,
  };
}
