import { accountOf, type Issue, type Pull, type Review } from '../state.js';
import { presentAccount } from './account.js';
import { associationOf } from './association.js';
import { presentLabel } from './label.js';
import { apiUrl, nodeId, pageUrl, type Place } from './place.js';
import { presentRepository } from './repository.js';

export function presentPull(place: Place, pull: Pull) {
  const { state } = place;
  const { number, id } = pull;
  const issue = issueOf(place, pull);
  const url = apiUrl(place, `/pulls/${number}`);
  const page = pageUrl(place, `/pull/${number}`);
  const assignees = issue.assignees.map((login) => presentAccount(place, accountOf(state, login)));
  const links = {
    self: url,
    html: page,
    issue: apiUrl(place, `/issues/${number}`),
    comments: apiUrl(place, `/issues/${number}/comments`),
    review_comments: `${url}/comments`,
    review_comment: encodeURI(apiUrl(place, '/pulls/comments{/number}')),
    commits: `${url}/commits`,
    statuses: apiUrl(place, `/statuses/${pull.head.sha}`),
  };
  return {
    url,
    id,
    node_id: nodeId('PR', id),
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: links.issue,
    commits_url: links.commits,
    review_comments_url: links.review_comments,
    review_comment_url: links.review_comment,
    comments_url: links.comments,
    statuses_url: links.statuses,
    number,
    state: issue.state,
    locked: false,
    title: issue.title,
    user: presentAccount(place, issue.author),
    body: issue.body,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    merged_at: pull.merged ? issue.closedAt : null,
    merge_commit_sha: pull.mergeCommitSha,
    assignee: assignees[0] ?? null,
    assignees,
    requested_reviewers: [],
    requested_teams: [],
    labels: issue.labels.map((name) => presentLabel(place, name)),
    milestone: null,
    draft: pull.draft,
    head: presentEnd(place, pull.head.repository, pull.head),
    base: presentEnd(place, state.repository, pull.base),
    _links: Object.fromEntries(Object.entries(links).map(([name, href]) => [name, { href }])),
    author_association: associationOf(state, issue.author),
    auto_merge: null,
  };
}

/** What only the response for one pull request contains. */
export function presentPullDetails(place: Place, pull: Pull) {
  const { state } = place;
  return {
    ...presentPull(place, pull),
    merged: pull.merged,
    mergeable: pull.merged ? null : true,
    mergeable_state: 'clean',
    merged_by: null,
    comments: state.comments.filter(({ issue }) => issue === pull.number).length,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: 1,
    additions: 0,
    deletions: 0,
    changed_files: 0,
  };
}

export function presentReview(place: Place, review: Review) {
  const { id, pull } = review;
  const url = apiUrl(place, `/pulls/${pull}`);
  const page = pageUrl(place, `/pull/${pull}#pullrequestreview-${id}`);
  return {
    id,
    node_id: nodeId('PRR', id),
    user: presentAccount(place, review.author),
    body: review.body,
    state: review.state,
    html_url: page,
    pull_request_url: url,
    author_association: associationOf(place.state, review.author),
    _links: { html: { href: page }, pull_request: { href: url } },
    // A pending review has not been submitted.
    ...(review.state === 'PENDING' ? {} : { submitted_at: review.submittedAt }),
    commit_id: review.commitSha,
  };
}

/** A pull request as a check run names it. */
export function presentPullOfCheck(place: Place, { id, number, head, base }: Pull) {
  const repo = (full: string) => {
    const { id: repoId, url, name } = presentRepository(place, full);
    return { id: repoId, url, name };
  };
  return {
    url: apiUrl(place, `/pulls/${number}`),
    id,
    number,
    head: { ref: head.ref, sha: head.sha, repo: repo(head.repository) },
    base: { ref: base.ref, sha: base.sha, repo: repo(place.state.repository) },
  };
}

function presentEnd(place: Place, repository: string, { ref, sha }: { ref: string; sha: string }) {
  const [owner = ''] = repository.split('/');
  return {
    label: `${owner}:${ref}`,
    ref,
    sha,
    user: presentAccount(place, accountOf(place.state, owner)),
    repo: presentRepository(place, repository),
  };
}

function issueOf({ state }: Place, { number }: Pull): Issue {
  const issue = state.issues.find((candidate) => candidate.number === number);
  if (issue === undefined) throw new Error(`pull request ${number} has no issue`);
  return issue;
}
