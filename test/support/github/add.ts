/** Adds objects to the state, for tests and for requests. */
import {
  accountOf,
  takeId,
  timeOf,
  type Account,
  type App,
  type CheckRun,
  type Comment,
  type Issue,
  type Permissions,
  type Pull,
  type Review,
  type State,
} from './state.js';

export interface NewIssue {
  readonly author: string;
  readonly type?: Account['type'];
  readonly app?: App | null;
  readonly title: string;
  readonly body?: string | null;
  readonly labels?: readonly string[];
  readonly assignees?: readonly string[];
}

export interface NewPull extends NewIssue {
  readonly number?: number;
  readonly head: {
    readonly sha: string;
    readonly ref: string;
    /** owner/name; default: not a fork */ readonly repository?: string;
  };
  readonly base: { readonly sha: string; readonly ref: string };
  readonly state?: 'open' | 'closed';
  readonly draft?: boolean;
  readonly merged?: boolean;
  readonly mergeCommitSha?: string | null;
}

export interface NewComment {
  readonly author: string;
  readonly type?: Account['type'];
  readonly app?: App | null;
  readonly body: string;
}

export interface NewReview {
  readonly author: string;
  readonly state: Review['state'];
  readonly body?: string;
  /** Default: the head of the pull request. */
  readonly commitSha?: string;
}

export interface NewApp {
  readonly slug: string;
  readonly publicKey: string;
  readonly permissions: Permissions;
}

export function addIssue(state: State, issue: NewIssue, number = nextNumber(state)): Issue {
  const at = timeOf(state);
  const added: Issue = {
    id: takeId(state),
    number,
    author: accountOf(state, issue.author, issue.type),
    app: issue.app ?? null,
    createdAt: at,
    title: issue.title,
    body: issue.body ?? null,
    state: 'open',
    stateReason: null,
    labels: [...(issue.labels ?? [])],
    assignees: [...(issue.assignees ?? [])],
    updatedAt: at,
    closedAt: null,
    closedBy: null,
    edits: [],
  };
  state.issues.push(added);
  return added;
}

function nextNumber(state: State): number {
  return Math.max(0, ...state.issues.map(({ number }) => number)) + 1;
}

/** Changes the text of an issue. */
export function editIssue(state: State, issue: Issue, body: string | null, editor: Account | null): void {
  if (issue.body === body) return;
  if (issue.edits.length === 0) issue.edits.push({ at: issue.createdAt, editor: issue.author });
  issue.edits.push({ at: timeOf(state), editor });
  issue.body = body;
  issue.updatedAt = timeOf(state);
}

export function addPull(state: State, pull: NewPull): Pull {
  const issue = addIssue(state, pull, pull.number);
  if (pull.state === 'closed' || pull.merged === true) {
    issue.state = 'closed';
    issue.closedAt = issue.createdAt;
  }
  const added: Pull = {
    id: takeId(state),
    number: issue.number,
    head: { repository: state.repository, ...pull.head },
    base: { ...pull.base },
    draft: pull.draft ?? false,
    merged: pull.merged ?? false,
    mergeCommitSha: pull.mergeCommitSha ?? null,
  };
  state.pulls.push(added);
  return added;
}

export function addComment(state: State, issue: number, comment: NewComment): Comment {
  if (!state.issues.some(({ number }) => number === issue)) throw new Error(`no issue ${issue}`);
  const at = timeOf(state);
  const added: Comment = {
    id: takeId(state),
    issue,
    author: accountOf(state, comment.author, comment.type),
    createdAt: at,
    app: comment.app ?? null,
    body: comment.body,
    updatedAt: at,
  };
  state.comments.push(added);
  return added;
}

export function addReview(state: State, pull: number, review: NewReview): Review {
  const head = state.pulls.find(({ number }) => number === pull)?.head;
  if (head === undefined) throw new Error(`no pull request ${pull}`);
  const added: Review = {
    id: takeId(state),
    pull,
    author: accountOf(state, review.author),
    state: review.state,
    body: review.body ?? '',
    commitSha: review.commitSha ?? head.sha,
    submittedAt: timeOf(state),
  };
  state.reviews.push(added);
  return added;
}

export function addApp(state: State, { slug, publicKey, permissions }: NewApp): App {
  const app: App = {
    id: takeId(state),
    slug,
    name: slug,
    permissions: { metadata: 'read', ...permissions },
    publicKey,
    installationId: takeId(state),
  };
  state.apps.push(app);
  return app;
}

export function addCheckRun(state: State, app: App, headSha: string, name: string): CheckRun {
  const run: CheckRun = {
    id: takeId(state),
    app,
    headSha,
    name,
    status: 'queued',
    conclusion: null,
    detailsUrl: null,
    externalId: '',
    startedAt: timeOf(state),
    completedAt: null,
    output: { title: null, summary: null, text: null },
    annotations: [],
  };
  state.checkRuns.push(run);
  return run;
}
