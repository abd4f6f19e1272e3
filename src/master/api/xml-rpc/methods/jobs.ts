import { RpcFault, type XmlRpcValue } from '../../../../xml-rpc/index.js';
import { cancelJob } from '../../../jobs/cancel.js';
import { problemText } from '../../../jobs/problem-text.js';
import { submitJob } from '../../../jobs/submit.js';
import { definitionOf, readLog, showJob, showJobConfiguration, type JobView } from '../../../views/index.js';
import { fileValue, method, type Caller, type RpcMethods } from '../method.js';
import { flag, optionalNumber, text, wholeNumber } from '../parameters.js';

const submitMethod = method({
  access: 'operator',
  help: 'Submits a job definition; returns the ID of the job.',
  parameters: { definition: text },
  call: ({ definition }, caller) => submit(caller, definition),
});

const cancelMethod = method({
  access: 'operator',
  help: 'Cancels a job.',
  parameters: { job_id: wholeNumber },
  async call({ job_id: id }, { context, username }) {
    if (!(await cancelJob(context, id, username()))) throw notFound(id);
    return null;
  },
});

export const jobMethods: RpcMethods = {
  'scheduler.submit_job': submitMethod,
  'scheduler.jobs.submit': submitMethod,
  'scheduler.cancel_job': cancelMethod,
  'scheduler.jobs.cancel': cancelMethod,
  'scheduler.jobs.resubmit': method({
    access: 'operator',
    help: 'Submits the definition of a job again; returns the ID of the new job.',
    parameters: { job_id: wholeNumber },
    call: async ({ job_id: id }, caller) => submit(caller, await definition(caller, id)),
  }),
  'scheduler.jobs.validate': method({
    access: 'anyone',
    help: 'Validates a job definition; returns an empty struct, or the path and msg of what is wrong.',
    parameters: { definition: text, strict: flag },
    async call({ definition, strict: isStrict }, { client, context: { extraContextVariables, reader } }) {
      const parsed = await reader.definition(definition, { isStrict, extraContextVariables }, client);
      if (parsed.ok) return {};
      const path = parsed.problems.map((problem) => problem.path).join(', ');
      return { path, msg: problemText(parsed.problems) };
    },
  }),
  'scheduler.validate_yaml': method({
    access: 'anyone',
    help: 'Validates a job definition; responds with a fault if it is not valid.',
    parameters: { yaml_string: text },
    async call({ yaml_string: definition }, { client, context: { extraContextVariables, reader } }) {
      const parsed = await reader.definition(definition, { extraContextVariables }, client);
      if (parsed.ok) return null;
      throw new RpcFault(400, `Invalid YAML submission: ${problemText(parsed.problems)}`);
    },
  }),
  'scheduler.jobs.show': method({
    access: 'reader',
    help: 'Returns a job.',
    parameters: { job_id: wholeNumber },
    async call({ job_id: id }, { db }) {
      const job = await showJob(db, id);
      if (job === undefined) throw notFound(id);
      return formatJob(job);
    },
  }),
  'scheduler.jobs.definition': method({
    access: 'reader',
    help: 'Returns the definition of a job, as it was submitted.',
    parameters: { job_id: wholeNumber },
    call: ({ job_id: id }, caller) => definition(caller, id),
  }),
  'scheduler.jobs.configuration': method({
    access: 'reader',
    help: 'Returns what a job was started with: definition, device, dispatcher, env, env-dut.',
    parameters: { job_id: wholeNumber },
    async call({ job_id: id }, { db }) {
      const job = await showJobConfiguration(db, id);
      if (job === undefined) throw notFound(id);
      if (job.startTime === null) throw new RpcFault(404, `Job '${id}' has not started yet`);
      return [job.definition, job.deviceConfig, job.dispatcherConfig, job.env, job.envDut];
    },
  }),
  'scheduler.jobs.logs': method({
    access: 'reader',
    help: 'Returns whether the job is finished, and lines of its log as a YAML list.',
    parameters: { job_id: wholeNumber, start: optionalNumber(0), end: optionalNumber(null) },
    call: ({ job_id: id, start, end }, { db }) => logOf(db, id, start, end),
  }),
};

function notFound(id: number): RpcFault {
  return new RpcFault(404, `Job '${id}' was not found.`);
}

async function definition({ db }: Caller, id: number): Promise<string> {
  const found = await definitionOf(db, id);
  if (found === undefined) throw notFound(id);
  return found;
}

async function submit({ context, client, username }: Caller, text: string): Promise<number> {
  const submission = await submitJob(context, text, username(), client);
  if (submission.ok) return submission.id;
  const kind = submission.isUnavailable ? 'Device unavailable' : 'Problem with submitted job data';
  throw new RpcFault(400, `${kind}: ${problemText(submission.problems)}`);
}

/**
 * The limit of one response, in characters. A client that follows a log requests the rest from where the response
 * ended.
 */
const mostLogCharacters = 8 * 1024 * 1024;

async function logOf(db: Caller['db'], id: number, start: number, end: number | null): Promise<XmlRpcValue> {
  const log = await readLog(db, id, Math.max(0, start), end);
  if (log === undefined) throw notFound(id);
  let lines = '';
  for await (const piece of log.pieces) {
    for (const line of piece) lines += `- ${line}\n`;
    if (lines.length > mostLogCharacters) return [false, fileValue(lines)];
  }
  return [log.isFinished, fileValue(lines === '' ? '[]' : lines)];
}

function formatJob(job: JobView): XmlRpcValue {
  return {
    id: job.id,
    description: job.description,
    device: job.device,
    device_type: job.deviceType,
    health_check: job.healthCheck,
    pipeline: true,
    health: job.health,
    state: job.state,
    submitter: job.submitter,
    submit_time: job.submitTime,
    start_time: job.startTime,
    end_time: job.endTime,
    tags: job.tags,
    visibility: formatVisibility(job.visibility),
    failure_comment: job.failureComment,
  };
}

function formatVisibility(visibility: JobView['visibility']): string {
  if (visibility === 'public') return 'Public';
  if (visibility === 'personal') return 'Personal';
  return `Group (${visibility.group.join(', ')})`;
}
