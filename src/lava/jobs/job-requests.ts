/** Requests about jobs. Each one throws ExternalError when it fails. */
import { ExternalError } from '../../diagnostics/index.js';
import type { Connection } from '../session.js';
import { parseLog, type LogLine } from './log.js';
import { noSuch } from './no-such.js';
import { idOf, jobResult, jobSummary, type JobResult, type JobSummary } from './values.js';

/** @returns one ID, or one for each part of a multinode job */
export async function submitJob(
  { http, rest }: Connection,
  definition: string,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const answer = await rest.write('submit the job', 'POST', 'jobs/', { definition }, signal);
  const ids = answer?.['job_ids'];
  if (!Array.isArray(ids)) {
    const why = 'the response does not contain a job ID';
    throw new ExternalError({ what: 'submit the job', where: http.url, why, retry: 'never' });
  }
  return ids.map(idOf);
}

export async function showJob(connection: Connection, id: string, signal?: AbortSignal): Promise<JobSummary> {
  const what = `show job ${id}`;
  const row = await connection.rest.find(what, jobPath(id), signal);
  if (row === null) throw noSuch(connection, what, 'job');
  return jobSummary(row);
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
export async function readResults(
  { rest }: Connection,
  id: string,
  signal?: AbortSignal,
): Promise<readonly JobResult[]> {
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
      return rows.map((row) => ({ id: Number(row['id']), result: jobResult(suite, row) }));
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
  // LAVA cancels by GET. It must not be repeated automatically: to LAVA, a second one is another request by the user.
  await connection.http.request({
    what,
    method: 'GET',
    path: `api/v0.2/${jobPath(id)}cancel/`,
    repeatable: false,
    answers: [],
    signal,
  });
}

function jobPath(id: string): string {
  return `jobs/${encodeURIComponent(id)}/`;
}
