import { addCheckRun } from '../add.js';
import { ApiError, demand, invalid, notFound, type Call, type Handler } from '../call.js';
import { pageOf, respondWithPage } from '../page.js';
import { presentAnnotation, presentCheckRun } from '../present/check-run.js';
import { knowsCommit, timeOf, type Annotation, type App, type CheckRun } from '../state.js';
import { commitOf } from './commits.js';

interface CheckRunBody {
  readonly name?: string;
  readonly head_sha?: string;
  readonly details_url?: string;
  readonly external_id?: string;
  readonly status?: string;
  readonly conclusion?: string;
  readonly started_at?: string;
  readonly completed_at?: string;
  readonly output?: {
    readonly title?: string;
    readonly summary?: string;
    readonly text?: string;
    readonly annotations?: readonly Annotation[];
  };
}

export const checkOperations: Record<string, Handler> = {
  'checks/create'(call) {
    const app = demandApp(call);
    const body = call.body as CheckRunBody & { name: string; head_sha: string };
    if (!knowsCommit(call.state, body.head_sha))
      throw new ApiError(422, `No commit found for SHA: ${body.head_sha}`);
    checkAnnotations(body);
    const run = addCheckRun(call.state, app, body.head_sha, body.name);
    change(call, run, body);
    return { status: 201, body: presentCheckRun(call, run) };
  },
  'checks/update'(call) {
    const app = demandApp(call);
    const run = findRun(call);
    if (run.app.id !== app.id)
      throw new ApiError(
        403,
        `Invalid app_id \`${app.id}\` - check run can only be modified by the GitHub App that created it.`,
      );
    const body = call.body as CheckRunBody;
    checkAnnotations(body);
    change(call, run, body);
    return { status: 200, body: presentCheckRun(call, run) };
  },
  'checks/get'(call) {
    demand(call, 'read', 'checks');
    return { status: 200, body: presentCheckRun(call, findRun(call)) };
  },
  'checks/list-annotations'(call) {
    demand(call, 'read', 'checks');
    const run = findRun(call);
    return respondWithPage(call, run.annotations, (annotation) => presentAnnotation(call, run, annotation));
  },
  'checks/list-for-ref'(call) {
    demand(call, 'read', 'checks');
    const sha = commitOf(call.state, call.params['ref'] ?? '');
    const { check_name: name, status, filter = 'latest', app_id: appId } = call.query;
    const runs = call.state.checkRuns.filter(
      (run) =>
        run.headSha === sha &&
        (name === undefined || run.name === name) &&
        (status === undefined || run.status === status) &&
        (appId === undefined || String(run.app.id) === appId),
    );
    const isLatest = (run: CheckRun) =>
      !runs.some((other) => other.app.id === run.app.id && other.name === run.name && other.id > run.id);
    const { items, total, headers } = pageOf(call, filter === 'latest' ? runs.filter(isLatest) : runs);
    const shown = items.map((run) => presentCheckRun(call, run));
    return { status: 200, body: { total_count: total, check_runs: shown }, headers };
  },
};

/** Only apps write check runs. */
function demandApp(call: Call): App {
  if (call.actor.kind === 'user') throw new ApiError(403, 'You must authenticate via a GitHub App.');
  demand(call, 'write', 'checks');
  if (call.actor.kind !== 'installation') throw new Error('demand let someone else through');
  return call.actor.app;
}

function findRun(call: Call): CheckRun {
  const id = Number(call.params['check_run_id']);
  const run = call.state.checkRuns.find((candidate) => candidate.id === id);
  if (run === undefined) throw notFound();
  return run;
}

function change(call: Call, run: CheckRun, body: CheckRunBody): void {
  const { output } = body;
  if (body.name !== undefined) run.name = body.name;
  if (body.details_url !== undefined) run.detailsUrl = body.details_url;
  if (body.external_id !== undefined) run.externalId = body.external_id;
  if (body.started_at !== undefined) run.startedAt = body.started_at;
  if (body.status !== undefined) {
    run.status = body.status;
    // A run that starts again has no conclusion.
    if (body.status !== 'completed') {
      run.conclusion = null;
      run.completedAt = null;
    }
  }
  if (body.conclusion !== undefined) {
    run.status = 'completed';
    run.conclusion = body.conclusion;
    run.completedAt = timeOf(call.state);
  }
  if (body.completed_at !== undefined) run.completedAt = body.completed_at;
  if (output === undefined) return;
  run.output = {
    title: output.title ?? run.output.title,
    summary: output.summary ?? run.output.summary,
    text: output.text ?? run.output.text,
  };
  // Annotations are added to those of earlier requests.
  run.annotations.push(...(output.annotations ?? []));
}

const maxTitleCharacters = 255;
const maxTextBytes = 64 * 1024;

/** The rules that GitHub's description has only as text. */
function checkAnnotations({ output, status, conclusion }: CheckRunBody): void {
  if (status === 'completed' && conclusion === undefined)
    throw invalid({ resource: 'CheckRun', field: 'conclusion', code: 'missing_field' });
  for (const annotation of output?.annotations ?? []) {
    const problem = problemOf(annotation);
    if (problem !== null) throw invalid({ resource: 'CheckRun', code: 'custom', message: problem });
  }
}

function problemOf(annotation: Annotation): string | null {
  const { start_line: start, end_line: end, start_column: from, end_column: to } = annotation;
  if (start < 1) return 'start_line must be at least 1';
  if (end < start) return 'end_line must not be before start_line';
  if ((from !== undefined || to !== undefined) && start !== end) return 'columns need a single line';
  if ((from ?? 1) < 1 || (to ?? 1) < (from ?? 1)) return 'end_column must not be before start_column';
  if (annotation.message === '') return 'message must not be empty';
  if (annotation.path === '' || annotation.path.startsWith('/')) return 'path must be relative';
  if ((annotation.title ?? '').length > maxTitleCharacters) return 'title is too long';
  const texts = [annotation.message, annotation.raw_details ?? ''];
  if (texts.some((text) => Buffer.byteLength(text) > maxTextBytes)) return 'a text is larger than 64 KB';
  return null;
}
