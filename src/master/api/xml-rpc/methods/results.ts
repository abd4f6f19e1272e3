import { stringify } from 'yaml';
import { RpcFault } from '../../../../xml-rpc/index.js';
import { jobExists, listTestCases, type TestCase } from '../../../views/index.js';
import { method, type Caller, type RpcMethods } from '../method.js';
import { text, wholeNumber } from '../parameters.js';

const help = 'Returns results as a YAML list.';

export const resultMethods: RpcMethods = {
  'results.get_testjob_results_yaml': method({
    access: 'reader',
    help,
    parameters: { job_id: wholeNumber },
    call: ({ job_id: jobId }, { db }) => results(db, { jobId }),
  }),
  'results.get_testsuite_results_yaml': method({
    access: 'reader',
    help,
    parameters: { job_id: wholeNumber, suite_name: text },
    call: ({ job_id: jobId, suite_name: suite }, { db }) => results(db, { jobId, suite }),
  }),
  'results.get_testcase_results_yaml': method({
    access: 'reader',
    help,
    parameters: { job_id: wholeNumber, suite_name: text, case_name: text },
    call: ({ job_id: jobId, suite_name: suite, case_name: name }, { db }) =>
      results(db, { jobId, suite, name }),
  }),
};

async function results(
  db: Caller['db'],
  filter: { readonly jobId: number; readonly suite?: string; readonly name?: string },
): Promise<string> {
  if (!(await jobExists(db, filter.jobId))) {
    throw new RpcFault(404, `Job '${filter.jobId}' was not found.`);
  }
  return stringify((await listTestCases(db, filter)).items.map(formatCase));
}

/** A result as LAVA exports it (2023.01). */
function formatCase(testCase: TestCase) {
  const { jobId, suite, name, measurement, metadata } = testCase;
  return {
    id: String(testCase.id),
    name,
    suite,
    job: String(jobId),
    result: testCase.result,
    measurement: measurement === null ? 'None' : String(measurement),
    unit: testCase.units,
    level: metadata['level'] ?? '',
    url: `/results/${jobId}/${suite}/${name}`,
    logged: testCase.logged.toISOString(),
    log_start_line: testCase.startLogLine,
    log_end_line: testCase.endLogLine,
    metadata,
  };
}
