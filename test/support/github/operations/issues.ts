import { addIssue, editIssue } from '../add.js';
import { authorOf } from '../author.js';
import { ApiError, demand, invalid, notFound, type Call, type Handler } from '../call.js';
import { respondWithPage } from '../page.js';
import { presentIssue } from '../present/issue.js';
import { accountOf, areSame, timeOf, type Issue, type State } from '../state.js';
import { checkLabels, namesOf, type LabelInput } from './labels.js';

interface IssueBody {
  readonly title?: string | number | null;
  readonly body?: string | null;
  readonly state?: 'open' | 'closed';
  readonly state_reason?: string | null;
  readonly labels?: readonly LabelInput[];
  readonly assignees?: readonly (string | { readonly login: string })[];
}

const maxTitleCharacters = 256;
const maxBodyCharacters = 65_536;
const maxAssignees = 10;

export const issueOperations: Record<string, Handler> = {
  /** Pull requests are listed too: they are issues. */
  'issues/list-for-repo'(call) {
    demand(call, 'read', 'issues');
    const { state = 'open', labels, assignee, creator, since, sort = 'created', direction } = call.query;
    const wanted = labels?.split(',') ?? [];
    const issues = call.state.issues.filter(
      (issue) =>
        (state === 'all' || issue.state === state) &&
        wanted.every((name) => issue.labels.some((label) => areSame(label, name))) &&
        (creator === undefined || areSame(issue.author.login, creator)) &&
        (since === undefined || issue.updatedAt >= since) &&
        isAssigned(issue, assignee),
    );
    const key = (issue: Issue) => (sort === 'updated' ? issue.updatedAt : issue.createdAt);
    const order = (a: Issue, b: Issue) => key(a).localeCompare(key(b)) || a.number - b.number;
    issues.sort((a, b) => (direction === 'asc' ? order(a, b) : order(b, a)));
    return respondWithPage(call, issues, (issue) => presentIssue(call, issue));
  },
  'issues/get'(call) {
    const issue = findIssue(call);
    demandIssue(call, 'read', issue);
    return { status: 200, body: presentIssue(call, issue) };
  },
  'issues/create'(call) {
    // Everyone who sees a repository may open issues.
    demand(call, call.actor.kind === 'user' ? 'read' : 'write', 'issues');
    const body = call.body as IssueBody;
    const title = String(body.title);
    checkTexts({ ...body, title });
    const labels = namesOf(body.labels ?? []);
    const assignees = loginsOf(body);
    checkLabels(labels);
    for (const login of assignees) {
      if (!canBeAssigned(call.state, login))
        throw invalid({ resource: 'Issue', field: 'assignees', code: 'invalid' });
    }
    // Without write access, GitHub ignores both.
    const isWriter = mayWrite(call);
    const issue = addIssue(call.state, {
      ...authorOf(call),
      title,
      body: body.body ?? null,
      labels: isWriter ? labels : [],
      assignees: isWriter ? assignees : [],
    });
    return { status: 201, body: presentIssue(call, issue) };
  },
  'issues/update'(call) {
    const issue = findIssue(call);
    const { state, actor } = call;
    const isAuthor = actor.kind === 'user' && areSame(actor.login, issue.author.login);
    demandIssue(call, isAuthor ? 'read' : 'write', issue);
    const body = (call.body ?? {}) as IssueBody;
    checkTexts(body);
    if (body.title !== undefined && body.title !== null) issue.title = String(body.title);
    if (body.body !== undefined) {
      const { author, type } = authorOf(call);
      editIssue(state, issue, body.body, accountOf(state, author, type));
    }
    if (body.labels !== undefined) {
      const labels = namesOf(body.labels);
      checkLabels(labels);
      issue.labels = unique(labels);
    }
    if (body.assignees !== undefined)
      issue.assignees = unique(loginsOf(body).filter((login) => canBeAssigned(state, login)));
    if (body.state !== undefined) changeState(call, issue, body);
    issue.updatedAt = timeOf(state);
    return { status: 200, body: presentIssue(call, issue) };
  },
  /** Who cannot be assigned is left out without an error. */
  'issues/add-assignees'(call) {
    const issue = findIssue(call);
    demandIssue(call, 'write', issue);
    const added = loginsOf((call.body ?? {}) as IssueBody).filter((login) =>
      canBeAssigned(call.state, login),
    );
    issue.assignees = unique([...issue.assignees, ...added]).slice(0, maxAssignees);
    issue.updatedAt = timeOf(call.state);
    return { status: 201, body: presentIssue(call, issue) };
  },
  'issues/remove-assignees'(call) {
    const issue = findIssue(call);
    demandIssue(call, 'write', issue);
    const removed = loginsOf(call.body ?? {});
    issue.assignees = issue.assignees.filter((login) => !removed.some((other) => areSame(login, other)));
    issue.updatedAt = timeOf(call.state);
    return { status: 200, body: presentIssue(call, issue) };
  },
  'issues/check-user-can-be-assigned'(call) {
    demand(call, 'read', 'issues');
    if (!canBeAssigned(call.state, call.params['assignee'] ?? '')) throw notFound();
    return { status: 204 };
  },
};

/** @throws ApiError 404 */
export function findIssue(call: Call): Issue {
  const number = Number(call.params['issue_number']);
  const issue = call.state.issues.find((candidate) => candidate.number === number);
  if (issue === undefined) throw notFound();
  return issue;
}

/** A pull request may also be changed with access to pull requests. */
export function demandIssue(call: Call, access: 'read' | 'write', { number }: Issue): void {
  const isPull = call.state.pulls.some((pull) => pull.number === number);
  demand(call, access, 'issues', ...(isPull ? ['pull_requests'] : []));
}

function isAssigned(issue: Issue, assignee: string | undefined): boolean {
  if (assignee === undefined) return true;
  if (assignee === 'none') return issue.assignees.length === 0;
  return issue.assignees.some((login) => assignee === '*' || areSame(login, assignee));
}

function changeState(call: Call, issue: Issue, { state, state_reason: reason }: IssueBody): void {
  if (state === undefined || (state === issue.state && reason === undefined)) return;
  if (state === 'closed') {
    issue.stateReason = reason ?? 'completed';
    issue.closedAt = timeOf(call.state);
    const { author, type } = authorOf(call);
    issue.closedBy = accountOf(call.state, author, type);
  } else {
    issue.stateReason = issue.state === 'closed' ? 'reopened' : issue.stateReason;
    issue.closedAt = null;
    issue.closedBy = null;
  }
  issue.state = state;
}

function mayWrite(call: Call): boolean {
  try {
    demand(call, 'write', 'issues');
    return true;
  } catch (error) {
    if (error instanceof ApiError) return false;
    throw error;
  }
}

function loginsOf({ assignees = [] }: IssueBody): string[] {
  return assignees.map((assignee) => (typeof assignee === 'string' ? assignee : assignee.login));
}

function unique(names: readonly string[]): string[] {
  return names.filter((name, index) => names.findIndex((other) => areSame(other, name)) === index);
}

/** People with access to the repository. A bot or a team cannot be assigned. */
function canBeAssigned(state: State, login: string): boolean {
  return state.permissions.has(login.toLowerCase());
}

function checkTexts({ title, body }: IssueBody): void {
  if (title === '') throw invalid({ resource: 'Issue', field: 'title', code: 'missing_field' });
  const texts = [
    { field: 'title', text: title, max: maxTitleCharacters },
    { field: 'body', text: body, max: maxBodyCharacters },
  ];
  for (const { field, text, max } of texts) {
    if (Array.from(String(text ?? '')).length <= max) continue;
    const message = `${field} is too long (maximum is ${max} characters)`;
    throw invalid({ resource: 'Issue', field, code: 'custom', message });
  }
}
