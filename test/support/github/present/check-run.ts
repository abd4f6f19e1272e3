import type { Annotation, CheckRun } from '../state.js';
import { presentApp } from './account.js';
import { apiUrl, nodeId, pageUrl, type Place } from './place.js';
import { presentPullOfCheck } from './pull.js';

export function presentCheckRun(place: Place, run: CheckRun) {
  const { id, headSha, output } = run;
  const { state } = place;
  const pulls = state.pulls.filter(
    // A fork's commits are not associated with its pull request.
    ({ number, head }) =>
      head.sha === headSha &&
      head.repository === state.repository &&
      state.issues.some((issue) => issue.number === number && issue.state === 'open'),
  );
  return {
    id,
    node_id: nodeId('CR', id),
    name: run.name,
    head_sha: headSha,
    external_id: run.externalId,
    url: apiUrl(place, `/check-runs/${id}`),
    html_url: pageUrl(place, `/runs/${id}`),
    details_url: run.detailsUrl ?? 'https://github.com',
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      ...output,
      annotations_count: run.annotations.length,
      annotations_url: apiUrl(place, `/check-runs/${id}/annotations`),
    },
    check_suite: { id: run.app.id },
    app: presentApp(place, run.app),
    pull_requests: pulls.map((pull) => presentPullOfCheck(place, pull)),
  };
}

export function presentAnnotation(place: Place, { headSha }: CheckRun, annotation: Annotation) {
  const { path } = annotation;
  return {
    blob_href: pageUrl(place, `/blob/${headSha}/${path.split('/').map(encodeURIComponent).join('/')}`),
    path,
    start_line: annotation.start_line,
    start_column: annotation.start_column ?? null,
    end_line: annotation.end_line,
    end_column: annotation.end_column ?? null,
    annotation_level: annotation.annotation_level,
    title: annotation.title ?? null,
    message: annotation.message,
    raw_details: annotation.raw_details ?? null,
  };
}
