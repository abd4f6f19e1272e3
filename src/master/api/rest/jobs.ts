import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { cancelJob } from '../../jobs/cancel.js';
import { formatProblem } from '../../../job/index.js';
import { parseDefinition, type DefinitionProblem } from '../../jobs/definition.js';
import { submitJob } from '../../jobs/submit.js';
import { jobHealths, jobStates } from '../../states.js';
import { readLogLines } from '../../store/job-logs.js';
import { countJobs, findJob, findJobSummary, listJobs, type JobFilter } from '../../store/jobs.js';
import { revisionNames } from '../../store/revisions.js';
import type { JobRow } from '../../store/tables.js';
import { listTags } from '../../store/tags.js';
import { pageOf, pageRequest, parameter, queryOf, type Query } from '../paging.js';
import { HttpProblem, notFound } from '../problem.js';
import {
  bodyOf,
  numberParameter,
  requireOperator,
  requireReader,
  type RouteContext,
} from '../route-context.js';

export function jobRoutes(server: FastifyInstance, context: RouteContext): void {
  const { db } = context.store;

  server.get('/api/v0.2/jobs/', async (request) => {
    await requireReader(context, request);
    const query = queryOf(request);
    const filter = jobFilter(query);
    const page = pageRequest(request);
    const order = parameter(query, 'ordering')?.startsWith('-') === true ? 'desc' : 'asc';
    const rows = await listJobs(db, filter, { ...page, order });
    return pageOf(request, page, await countJobs(db, filter), await views(context, rows));
  });

  server.post('/api/v0.2/jobs/', async (request, reply) => {
    const { username } = await requireOperator(context, request);
    return submit(bodyOf(request)['definition'], username, reply);
  });

  server.post('/api/v0.2/jobs/validate/', (request) => {
    const { definition, strict } = bodyOf(request);
    if (typeof definition !== 'string' || definition === '') throw missingDefinition();
    const parsed = parseDefinition(definition, strict === true || strict === 'true');
    if (parsed.ok) return { message: 'Job valid.' };
    return { message: `Job invalid: ${problemText(parsed.problems)}`, problems: parsed.problems };
  });

  server.get('/api/v0.2/jobs/:id/', async (request) => {
    await requireReader(context, request);
    const row = await findJob(db, numberParameter(request, 'id'));
    if (row === undefined) throw notFound();
    const [view] = await views(context, [row]);
    return view;
  });

  server.get('/api/v0.2/jobs/:id/logs/', async (request, reply) => {
    await requireReader(context, request);
    const job = await findJobSummary(db, numberParameter(request, 'id'));
    if (job === undefined) throw notFound();
    const query = queryOf(request);
    const start = lineNumber(query, 'start') ?? 0;
    const end = Math.min(lineNumber(query, 'end') ?? job.logLines, job.logLines);
    const pieces = readLogLines(db, job.id, start, end);
    return reply.type('application/yaml; charset=utf-8').send(Readable.from(asYamlList(pieces)));
  });

  // LAVA cancels by GET; a POST does the same.
  server.route({
    method: ['GET', 'POST'],
    url: '/api/v0.2/jobs/:id/cancel/',
    handler: async (request: FastifyRequest) => {
      const { username } = await requireOperator(context, request);
      if (!(await cancelJob(context, numberParameter(request, 'id'), username))) throw notFound();
      return { message: 'Job cancel signal sent.' };
    },
  });

  server.post('/api/v0.2/jobs/:id/resubmit/', async (request, reply) => {
    const { username } = await requireOperator(context, request);
    const job = await findJob(db, numberParameter(request, 'id'));
    if (job === undefined) throw notFound();
    return submit(job.definition, username, reply);
  });

  async function submit(
    definition: unknown,
    username: string,
    reply: { status(code: number): { send(body: unknown): unknown } },
  ) {
    if (typeof definition !== 'string' || definition === '') throw missingDefinition();
    const submission = await submitJob(context, definition, username);
    if (!submission.ok) {
      const message = `Problem with submitted job data: ${problemText(submission.problems)}`;
      throw new HttpProblem(400, message, { message, problems: submission.problems });
    }
    return reply.status(201).send({ message: 'job(s) successfully submitted', job_ids: [submission.id] });
  }
}

function missingDefinition(): HttpProblem {
  const message = 'Test job definition is required.';
  return new HttpProblem(400, message, { definition: [message] });
}

/** All problems on one line each. */
export function problemText(problems: readonly DefinitionProblem[]): string {
  return problems.map(formatProblem).join('\n');
}

async function* asYamlList(pieces: AsyncIterable<readonly string[]>): AsyncGenerator<string> {
  for await (const lines of pieces) yield lines.map((line) => `- ${line}\n`).join('');
}

function lineNumber(query: Query, name: string): number | null {
  const text = parameter(query, name);
  if (text === undefined || text === '') return null;
  if (!/^\d{1,9}$/.test(text)) throw new HttpProblem(400, `${name} must be a line number.`);
  return Number(text);
}

function jobFilter(query: Query): JobFilter {
  const state = word(query, 'state', jobStates);
  const health = word(query, 'health', jobHealths);
  const deviceType = parameter(query, 'requested_device_type');
  const device = parameter(query, 'actual_device');
  const submitter = parameter(query, 'submitter');
  const healthCheck = parameter(query, 'health_check');
  return {
    ...(state === undefined ? {} : { state }),
    ...(health === undefined ? {} : { health }),
    ...(deviceType === undefined ? {} : { deviceTypes: [deviceType] }),
    ...(device === undefined ? {} : { device }),
    ...(submitter === undefined ? {} : { submitter }),
    ...(healthCheck === undefined ? {} : { healthCheck: healthCheck.toLowerCase() === 'true' }),
  };
}

function word<T extends string>(query: Query, name: string, words: readonly T[]): T | undefined {
  const text = parameter(query, name);
  if (text === undefined) return undefined;
  const found = words.find((item) => item.toLowerCase() === text.toLowerCase());
  if (found === undefined) throw new HttpProblem(400, `${name} must be one of ${words.join(', ')}.`);
  return found;
}

/** Jobs as LAVA's REST API shows them, and the revision of the lab that each ran under. */
async function views({ store: { db } }: RouteContext, rows: readonly JobRow[]) {
  const tagIds = new Map((await listTags(db)).map((tag) => [tag.name, tag.id]));
  const revisions = await revisionNames(
    db,
    rows.map((row) => row.revisionId),
  );
  return rows.map((row) => ({
    id: row.id,
    submitter: row.submitter,
    viewing_groups: [],
    description: row.description,
    health_check: row.healthCheck === 1,
    requested_device_type: row.deviceType,
    tags: (JSON.parse(row.tags) as string[]).flatMap((tag) => tagIds.get(tag) ?? []),
    actual_device: row.device,
    submit_time: row.submitTime,
    start_time: row.startTime,
    end_time: row.endTime,
    state: row.state,
    health: row.health,
    priority: row.priority,
    definition: row.definition,
    original_definition: row.definition,
    multinode_definition: '',
    failure_tags: [],
    failure_comment: row.failureComment,
    error_type: row.errorType,
    error_msg: row.errorMessage,
    lavaflow_worker: row.worker,
    lavaflow_revision: row.revisionId === null ? null : (revisions.get(row.revisionId) ?? null),
  }));
}
