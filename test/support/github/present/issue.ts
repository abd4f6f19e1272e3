import { accountOf, type Issue } from '../state.js';
import { presentAccount, presentApp } from './account.js';
import { associationOf } from './association.js';
import { presentLabel } from './label.js';
import { apiUrl, nodeId, pageUrl, type Place } from './place.js';

export function presentIssue(place: Place, issue: Issue) {
  const { state } = place;
  const { id, number } = issue;
  const url = apiUrl(place, `/issues/${number}`);
  const assignees = issue.assignees.map((login) => presentAccount(place, accountOf(state, login)));
  const pull = state.pulls.find((candidate) => candidate.number === number);
  const page = pageUrl(place, `/${pull === undefined ? 'issues' : 'pull'}/${number}`);
  return {
    url,
    repository_url: apiUrl(place),
    labels_url: encodeURI(`${url}/labels{/name}`),
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: page,
    id,
    node_id: nodeId('I', id),
    number,
    title: issue.title,
    user: presentAccount(place, issue.author),
    labels: issue.labels.map((name) => presentLabel(place, name)),
    state: issue.state,
    state_reason: issue.stateReason,
    locked: false,
    assignee: assignees[0] ?? null,
    assignees,
    milestone: null,
    comments: state.comments.filter((comment) => comment.issue === number).length,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    closed_by: issue.closedBy === null ? null : presentAccount(place, issue.closedBy),
    author_association: associationOf(state, issue.author),
    body: issue.body,
    performed_via_github_app: issue.app === null ? null : presentApp(place, issue.app),
    ...(pull === undefined
      ? {}
      : {
          draft: pull.draft,
          pull_request: {
            url: apiUrl(place, `/pulls/${number}`),
            html_url: page,
            diff_url: `${page}.diff`,
            patch_url: `${page}.patch`,
            merged_at: pull.merged ? issue.closedAt : null,
          },
        }),
  };
}
