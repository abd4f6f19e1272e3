import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { cancelJob } from '../../jobs/cancel.js';
import { problemText } from '../../jobs/problem-text.js';
import { submitJob } from '../../jobs/submit.js';
import { jobHealths, jobStates } from '../../states.js';
import { definitionOf, pageJobs, readLog, showJob, type JobFilter, type JobView } from '../../views/index.js';
import { clientOf } from '../admission/admission.js';
import { HttpProblem, notFound } from '../problem.js';
import type { RouteContext } from '../route-context.js';
import { submissionBody, type SubmissionBody } from './bodies.js';
import { callerOf, type Guards } from './guards.js';
import { pageOf, pageRequest } from './paging.js';
import { lineNumber, numberParameter, parameter, queryOf, word, type Query } from './parameters.js';

export function jobRoutes(server: FastifyInstance, context: RouteContext, guards: Guards): void {
  const { db } = context.store;

  server.get('/api/v0.2/jobs/', guards.reader, async (request) => {
    const query = queryOf(request);
    const page = pageRequest(request);
    const order = parameter(query, 'ordering')?.startsWith('-') === true ? 'desc' : 'asc';
    return pageOf(request, page, await pageJobs(db, jobFilter(query), { ...page, order }), formatJob);
  });

  server.post<{ Body: SubmissionBody }>(
    '/api/v0.2/jobs/',
    { ...guards.operator, schema: { body: submissionBody } },
    (request, reply) => submit(request.body.definition, request, reply),
  );

  server.post<{ Body: SubmissionBody }>(
    '/api/v0.2/jobs/validate/',
    { schema: { body: submissionBody } },
    async (request) => {
      const { definition, strict } = request.body;
      const { extraContextVariables, reader } = context;
      const isStrict = strict === true || strict === 'true';
      const options = { isStrict, extraContextVariables };
      const parsed = await reader.definition(definition, options, clientOf(request));
      if (parsed.ok) return { message: 'Job valid.' };
      return { message: `Job invalid: ${problemText(parsed.problems)}`, problems: parsed.problems };
    },
  );

  server.get('/api/v0.2/jobs/:id/', guards.reader, async (request) => {
    const job = await showJob(db, numberParameter(request, 'id'));
    if (job === undefined) throw notFound();
    return formatJob(job);
  });

  server.get('/api/v0.2/jobs/:id/logs/', guards.reader, async (request, reply) => {
    const id = numberParameter(request, 'id');
    const query = queryOf(request);
    const log = await readLog(db, id, lineNumber(query, 'start') ?? 0, lineNumber(query, 'end'));
    if (log === undefined) throw notFound();
    return reply.type('application/yaml; charset=utf-8').send(Readable.from(asYamlList(log.pieces)));
  });

  // LAVA cancels with GET; POST does the same.
  server.route({
    method: ['GET', 'POST'],
    url: '/api/v0.2/jobs/:id/cancel/',
    ...guards.operator,
    handler: async (request: FastifyRequest) => {
      if (!(await cancelJob(context, numberParameter(request, 'id'), callerOf(request)))) throw notFound();
      return { message: 'Job cancel signal sent.' };
    },
  });

  server.post('/api/v0.2/jobs/:id/resubmit/', guards.operator, async (request, reply) => {
    const definition = await definitionOf(db, numberParameter(request, 'id'));
    if (definition === undefined) throw notFound();
    return submit(definition, request, reply);
  });

  async function submit(definition: string, request: FastifyRequest, reply: FastifyReply) {
    const submission = await submitJob(context, definition, callerOf(request), clientOf(request));
    if (!submission.ok) {
      const kind = submission.isUnavailable ? 'Devices unavailable' : 'Problem with submitted job data';
      const message = `${kind}: ${problemText(submission.problems)}`;
      throw new HttpProblem(400, message, { message, problems: submission.problems });
    }
    return reply.status(201).send({ message: 'job(s) successfully submitted', job_ids: [submission.id] });
  }
}

async function* asYamlList(pieces: AsyncIterable<readonly string[]>): AsyncGenerator<string> {
  for await (const lines of pieces) yield lines.map((line) => `- ${line}\n`).join('');
}

function jobFilter(query: Query): JobFilter {
  const deviceType = parameter(query, 'requested_device_type');
  const healthCheck = parameter(query, 'health_check');
  return {
    state: word(query, 'state', jobStates),
    health: word(query, 'health', jobHealths),
    deviceTypes: deviceType === undefined ? undefined : [deviceType],
    device: parameter(query, 'actual_device'),
    submitter: parameter(query, 'submitter'),
    healthCheck: healthCheck === undefined ? undefined : healthCheck.toLowerCase() === 'true',
  };
}

/** A job as LAVA's REST API returns it, and the revision of the lab for which it was scheduled. */
function formatJob(job: JobView) {
  return {
    id: job.id,
    submitter: job.submitter,
    viewing_groups: [],
    description: job.description,
    health_check: job.healthCheck,
    requested_device_type: job.deviceType,
    tags: job.tagIds,
    actual_device: job.device,
    submit_time: job.submitTime,
    start_time: job.startTime,
    end_time: job.endTime,
    state: job.state,
    health: job.health,
    priority: job.priority,
    definition: job.definition,
    original_definition: job.definition,
    multinode_definition: '',
    failure_tags: [],
    failure_comment: job.failureComment,
    error_type: job.errorType,
    error_msg: job.errorMessage,
    lavaflow_worker: job.worker,
    lavaflow_revision: job.revision,
    lavaflow_waits_for: job.state === 'Submitted' ? job.waitsFor : null,
  };
}
