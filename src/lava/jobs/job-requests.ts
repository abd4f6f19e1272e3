/** Requests about jobs. Each one throws ExternalError when it fails. */
import { ExternalError, redact } from '../../diagnostics/index.js';
import type { Connection } from '../session.js';
import { parseObject, type JsonObject } from '../rest.js';
import { explainFailure, type JobFailure } from './failure.js';
import { parseLog, type LogLine } from './log.js';
import { findLogTail } from './log-tail.js';
import { noSuch } from './no-such.js';
import { problemsInRejection, RejectedJob } from './rejected-job.js';
import {
  idOf,
  jobSummary,
  storedResult,
  type JobResult,
  type JobSummary,
  type StoredResult,
} from './values.js';

/**
 * @returns one ID, or one for each part of a multinode job
 * @throws RejectedJob when the master rejects the job
 */
export async function submitJob(
  { http }: Connection,
  definition: string,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const what = 'submit the job';
  const { status, text } = await http.request({
    what,
    method: 'POST',
    path: 'api/v0.2/jobs/',
    repeatable: false,
    body: { type: 'application/json', text: JSON.stringify({ definition }) },
    answers: [400],
    signal,
  });
  if (status === 400) {
    // A server may echo the token that it received.
    const said = redact(text, http.token === null ? [] : [http.token]);
    throw new RejectedJob(http.url, problemsInRejection(said));
  }
  const ids = parseObject(http, what, text)['job_ids'];
  if (!Array.isArray(ids)) {
    const why = 'the response does not contain a job ID';
    throw new ExternalError({ what, where: http.url, why, retry: 'never' });
  }
  return ids.map(idOf);
}

export async function showJob(connection: Connection, id: string, signal?: AbortSignal): Promise<JobSummary> {
  return jobSummary(await readJob(connection, id, signal));
}

/** A job, its results, and why it failed. */
export interface JobReport {
  readonly job: JobSummary;
  /** In the order in which they were recorded. */
  readonly results: readonly JobResult[];
  /** Null if the job is Complete or has not ended. */
  readonly failure: JobFailure | null;
}

export async function reportJob(
  connection: Connection,
  id: string,
  signal?: AbortSignal,
): Promise<JobReport> {
  const row = await readJob(connection, id, signal);
  const job = jobSummary(row);
  const stored = await readResults(connection, id, signal);
  const hasFailed = job.state === 'Finished' && job.health === 'Incomplete';
  const tail = hasFailed ? await readLogTail(connection, id, signal) : [];
  const text = (field: string) => {
    const value = row[field];
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const recorded = { errorType: text('error_type'), message: text('error_msg') };
  const results = stored.map(({ suite, name, result }) => ({ suite, name, result }));
  return { job, results, failure: explainFailure(job, recorded, stored, tail) };
}

async function readJob(connection: Connection, id: string, signal?: AbortSignal): Promise<JsonObject> {
  const what = `show job ${id}`;
  const row = await connection.rest.find(what, jobPath(id), signal);
  if (row === null) throw noSuch(connection, what, 'job');
  return row;
}

async function readLogTail(
  { rest }: Connection,
  id: string,
  signal?: AbortSignal,
): Promise<readonly LogLine[]> {
  const what = `read the log of job ${id}`;
  const read = async (range: string) => (await rest.text(what, `${jobPath(id)}logs/?${range}`, signal)) ?? '';
  const hasLine = async (line: number) => (await read(`start=${line}&end=${line + 1}`)).trim() !== '';
  return parseLog(await read(`start=${await findLogTail(hasLine)}`));
}

/** @param fromLine the first line to read; the log starts at 0 */
export async function readLog(
  connection: Connection,
  id: string,
  fromLine: number,
  signal?: AbortSignal,
): Promise<{ readonly lines: readonly LogLine[]; readonly next: number }> {
  const path = `${jobPath(id)}logs/?start=${fromLine}`;
  const text = await connection.rest.text(`read the log of job ${id}`, path, signal);
  if (text === null) {
    // 404: the log has no such line yet, or the job does not exist.
    if (fromLine === 0) await showJob(connection, id, signal);
    return { lines: [], next: fromLine };
  }
  const lines = parseLog(text);
  return { lines, next: fromLine + lines.length };
}

/** In the order in which they were recorded. */
async function readResults(
  { rest }: Connection,
  id: string,
  signal?: AbortSignal,
): Promise<readonly StoredResult[]> {
  const suites = await rest.list(
    `list the suites of job ${id}`,
    `${jobPath(id)}suites/?ordering=id`,
    'id',
    signal,
  );
  const cases = await Promise.all(
    suites.map(async (suite) => {
      const path = `${jobPath(id)}suites/${idOf(suite['id'])}/tests/?ordering=id`;
      const rows = await rest.list(`list the results of job ${id}`, path, 'id', signal);
      return rows.map((row) => ({ id: Number(row['id']), result: storedResult(suite, row) }));
    }),
  );
  return cases
    .flat()
    .sort((a, b) => a.id - b.id)
    .map(({ result }) => result);
}

export async function cancelJob(connection: Connection, id: string, signal?: AbortSignal): Promise<void> {
  const what = `cancel job ${id}`;
  // A stock LAVA responds with 500 when the job does not exist.
  if ((await connection.rest.find(what, jobPath(id), signal)) === null) {
    throw noSuch(connection, what, 'job');
  }
  const { capabilities } = await connection.open(signal);
  // Even a GET must not be repeated automatically: to LAVA, a second one is another request by the user.
  await connection.http.request({
    what,
    ...(capabilities.cancelByPost
      ? { method: 'POST', body: { type: 'application/json', text: '{}' } }
      : { method: 'GET' }),
    path: `api/v0.2/${jobPath(id)}cancel/`,
    repeatable: false,
    answers: [],
    signal,
  });
}

function jobPath(id: string): string {
  return `jobs/${encodeURIComponent(id)}/`;
}
