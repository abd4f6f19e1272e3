import { stringify } from 'yaml';
import { faultCodes, RpcFault, type XmlRpcValue } from '../../../../xml-rpc/index.js';
import { cancelJob } from '../../../jobs/cancel.js';
import { parseDefinition } from '../../../jobs/definition.js';
import { submitJob } from '../../../jobs/submit.js';
import { jobHealths, jobStates } from '../../../states.js';
import { readLogLines } from '../../../store/job-logs.js';
import { findJob, listJobs, type JobFilter } from '../../../store/jobs.js';
import { listTestCases, type TestCase, type TestCaseFilter } from '../../../store/results.js';
import type { JobRow } from '../../../store/tables.js';
import { problemText } from '../../rest/jobs.js';
import {
  callerOf,
  fileValue,
  flagParameter,
  numberParameter,
  optionalText,
  textParameter,
  wordParameter,
  type MethodCall,
  type RpcMethod,
  type RpcMethods,
} from './method.js';

const submitMethod: RpcMethod = {
  access: 'operator',
  parameters: ['definition'],
  required: 1,
  help: 'Submits a job definition; gives the number of the job.',
  call: (call) => submit(call, textParameter(call, 0, 'definition')),
};

const cancelMethod: RpcMethod = {
  access: 'operator',
  parameters: ['job_id'],
  required: 1,
  help: 'Cancels a job.',
  call: async (call) => {
    const { id } = await jobOf(call);
    await cancelJob(call.context, id, callerOf(call));
    return null;
  },
};

export const jobMethods: RpcMethods = {
  'scheduler.submit_job': submitMethod,
  'scheduler.jobs.submit': submitMethod,
  'scheduler.cancel_job': cancelMethod,
  'scheduler.jobs.cancel': cancelMethod,
  'scheduler.jobs.resubmit': {
    access: 'operator',
    parameters: ['job_id'],
    required: 1,
    help: 'Submits the definition of a job again; gives the number of the new job.',
    call: async (call) => submit(call, (await jobOf(call)).definition),
  },
  'scheduler.jobs.validate': {
    access: 'anyone',
    parameters: ['definition', 'strict'],
    required: 1,
    help: 'Checks a job definition; gives an empty struct, or the path and msg of what is wrong.',
    call: (call) => {
      const parsed = parseDefinition(textParameter(call, 0, 'definition'), flagParameter(call, 1));
      if (parsed.ok) return {};
      const path = parsed.problems.map((problem) => problem.path).join(', ');
      return { path, msg: problemText(parsed.problems) };
    },
  },
  'scheduler.jobs.show': {
    access: 'reader',
    parameters: ['job_id'],
    required: 1,
    help: 'One job.',
    call: async (call) => showJob(await jobOf(call)),
  },
  'scheduler.jobs.definition': {
    access: 'reader',
    parameters: ['job_id'],
    required: 1,
    help: 'The definition of a job, as it was submitted.',
    call: async (call) => (await jobOf(call)).definition,
  },
  'scheduler.jobs.configuration': {
    access: 'reader',
    parameters: ['job_id'],
    required: 1,
    help: 'What a job was started with: definition, device, dispatcher, env, env-dut.',
    call: async (call) => {
      const job = await jobOf(call);
      if (job.startTime === null) throw new RpcFault(404, `Job '${job.id}' has not started yet`);
      return [job.definition, job.deviceConfig, job.dispatcherConfig, job.env, job.envDut];
    },
  },
  'scheduler.jobs.list': {
    access: 'reader',
    parameters: ['state', 'health', 'start', 'limit', 'since', 'verbose'],
    required: 0,
    help: 'The newest jobs first.',
    call: listNewest,
  },
  'scheduler.jobs.queue': {
    access: 'reader',
    parameters: ['device_types', 'start', 'limit'],
    required: 0,
    help: 'Jobs that wait for a device, the newest first.',
    call: listQueue,
  },
  'scheduler.jobs.logs': {
    access: 'reader',
    parameters: ['job_id', 'start', 'end'],
    required: 1,
    help: 'Whether the job is finished, and lines of its log as a YAML list.',
    call: readLogs,
  },
  'results.get_testjob_results_yaml': resultsMethod(['job_id']),
  'results.get_testsuite_results_yaml': resultsMethod(['job_id', 'suite_name']),
  'results.get_testcase_results_yaml': resultsMethod(['job_id', 'suite_name', 'case_name']),
};

async function submit(call: MethodCall, definition: string): Promise<XmlRpcValue> {
  const submission = await submitJob(call.context, definition, callerOf(call));
  if (submission.ok) return submission.id;
  throw new RpcFault(400, `Problem with submitted job data: ${problemText(submission.problems)}`);
}

async function jobOf(call: MethodCall): Promise<JobRow> {
  const id = numberParameter(call, 0, 'job_id');
  const job = await findJob(call.context.store.db, id);
  if (job === undefined) throw new RpcFault(404, `Job '${id}' was not found.`);
  return job;
}

function showJob(job: JobRow): XmlRpcValue {
  const visibility = JSON.parse(job.visibility) as string | { readonly group: readonly string[] };
  return {
    id: job.id,
    description: job.description,
    device: job.device,
    device_type: job.deviceType,
    health_check: job.healthCheck === 1,
    pipeline: true,
    health: job.health,
    state: job.state,
    submitter: job.submitter,
    submit_time: moment(job.submitTime),
    start_time: moment(job.startTime),
    end_time: moment(job.endTime),
    tags: JSON.parse(job.tags) as string[],
    visibility:
      visibility === 'public'
        ? 'Public'
        : visibility === 'personal'
          ? 'Personal'
          : `Group (${typeof visibility === 'string' ? visibility : visibility.group.join(', ')})`,
    failure_comment: job.failureComment,
  };
}

function moment(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}

const mostJobsAtOnce = 100;

async function listNewest(call: MethodCall): Promise<XmlRpcValue> {
  const { context } = call;
  const state = optionalText(call, 0, 'state');
  const health = optionalText(call, 1, 'health');
  const sinceMinutes = numberParameter(call, 4, 'since', 0);
  const filter: JobFilter = {
    ...(state === null ? {} : { state: wordParameter(jobStates, state, 'state') }),
    ...(health === null ? {} : { health: wordParameter(jobHealths, health, 'health') }),
    ...(sinceMinutes === 0
      ? {}
      : { endedSince: new Date(context.now().getTime() - sinceMinutes * 60_000).toISOString() }),
  };
  const jobs = await listJobs(context.store.db, filter, pageParameters(call, 2));
  const verbose = flagParameter(call, 5);
  return jobs.map((job) => ({
    id: job.id,
    description: job.description,
    device_type: job.deviceType,
    health: job.health,
    state: job.state,
    submitter: job.submitter,
    ...(verbose
      ? {
          actual_device: job.device,
          start_time: job.startTime,
          end_time: job.endTime,
          error_msg: job.errorMessage,
          error_type: job.errorType,
        }
      : {}),
  }));
}

async function listQueue(call: MethodCall): Promise<XmlRpcValue> {
  const types = call.parameters[0] ?? null;
  if (types !== null && !(Array.isArray(types) && types.every((type) => typeof type === 'string'))) {
    throw new RpcFault(faultCodes.invalidParameters, 'device_types must be a list of strings');
  }
  const filter: JobFilter = {
    state: 'Submitted',
    ...(types === null ? {} : { deviceTypes: types }),
  };
  const jobs = await listJobs(call.context.store.db, filter, pageParameters(call, 1));
  return jobs.map((job) => ({
    id: job.id,
    description: job.description,
    requested_device_type: job.deviceType,
    submitter: job.submitter,
  }));
}

function pageParameters(call: MethodCall, first: number) {
  return {
    offset: Math.max(0, numberParameter(call, first, 'start', 0)),
    limit: Math.min(Math.max(0, numberParameter(call, first + 1, 'limit', 25)), mostJobsAtOnce),
    order: 'desc',
  } as const;
}

/** One answer holds at most so many characters; whoever follows a log asks again from where it ended. */
const mostLogCharacters = 8 * 1024 * 1024;

async function readLogs(call: MethodCall): Promise<XmlRpcValue> {
  const job = await jobOf(call);
  const start = Math.max(0, numberParameter(call, 1, 'start', 0));
  const end = Math.min(numberParameter(call, 2, 'end', job.logLines), job.logLines);
  let text = '';
  for await (const lines of readLogLines(call.context.store.db, job.id, start, end)) {
    for (const line of lines) text += `- ${line}\n`;
    if (text.length > mostLogCharacters) return [false, fileValue(text)];
  }
  return [job.state === 'Finished', fileValue(text === '' ? '[]' : text)];
}

function resultsMethod(parameters: readonly string[]): RpcMethod {
  return {
    access: 'reader',
    parameters,
    required: parameters.length,
    help: 'Results as a YAML list.',
    call: async (call) => {
      const job = await jobOf(call);
      const filter: TestCaseFilter = {
        ...(parameters.length > 1 ? { suite: textParameter(call, 1, 'suite_name') } : {}),
        ...(parameters.length > 2 ? { name: textParameter(call, 2, 'case_name') } : {}),
      };
      const cases = await listTestCases(call.context.store.db, job.id, filter);
      return stringify(cases.map((testCase) => resultView(job, testCase)));
    },
  };
}

/** A result as LAVA exports it (2023.01). */
function resultView(job: JobRow, testCase: TestCase) {
  return {
    id: String(testCase.id),
    name: testCase.name,
    suite: testCase.suite,
    job: String(job.id),
    result: testCase.result,
    measurement: testCase.measurement ?? 'None',
    unit: testCase.units,
    level: levelOf(testCase),
    url: `/results/${job.id}/${testCase.suite}/${testCase.name}`,
    logged: testCase.logged,
    log_start_line: testCase.startLogLine,
    log_end_line: testCase.endLogLine,
    metadata: JSON.parse(testCase.metadata) as unknown,
  };
}

function levelOf({ metadata }: TestCase): unknown {
  return (JSON.parse(metadata) as Readonly<Record<string, unknown>>)['level'] ?? '';
}
