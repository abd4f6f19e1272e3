/** What the stand-in knows: plain values, which tests read and change. */

export interface Account {
  readonly id: number;
  readonly login: string;
  readonly type: 'User' | 'Bot' | 'Organization';
}

/** An issue. A pull request is one too, with the same number. */
export interface Issue {
  readonly id: number;
  readonly number: number;
  readonly author: Account;
  /** The app that wrote it. */
  readonly app: App | null;
  readonly createdAt: string;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  stateReason: string | null;
  labels: string[];
  assignees: string[];
  updatedAt: string;
  closedAt: string | null;
  closedBy: Account | null;
  /** Of its text, the oldest first. GitHub has the creation in it once there is an edit. */
  readonly edits: Edit[];
}

export interface Edit {
  readonly at: string;
  /** null: the account was deleted. */
  readonly editor: Account | null;
}

/** What a pull request has besides its issue. */
export interface Pull {
  readonly id: number;
  readonly number: number;
  head: { sha: string; ref: string; repository: string };
  base: { sha: string; ref: string };
  draft: boolean;
  merged: boolean;
  mergeCommitSha: string | null;
}

export interface Comment {
  readonly id: number;
  readonly issue: number;
  readonly author: Account;
  readonly createdAt: string;
  /** The app that wrote it. */
  readonly app: App | null;
  body: string;
  updatedAt: string;
}

export interface Annotation {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly start_column?: number;
  readonly end_column?: number;
  readonly annotation_level: 'notice' | 'warning' | 'failure';
  readonly message: string;
  readonly title?: string;
  readonly raw_details?: string;
}

export interface CheckRun {
  readonly id: number;
  readonly app: App;
  readonly headSha: string;
  name: string;
  status: string;
  conclusion: string | null;
  detailsUrl: string | null;
  externalId: string;
  startedAt: string;
  completedAt: string | null;
  output: { title: string | null; summary: string | null; text: string | null };
  readonly annotations: Annotation[];
}

export interface Review {
  readonly id: number;
  readonly pull: number;
  readonly author: Account;
  state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING';
  body: string;
  commitSha: string;
  submittedAt: string;
}

export interface CommitStatus {
  readonly id: number;
  readonly sha: string;
  readonly state: 'error' | 'failure' | 'pending' | 'success';
  readonly context: string;
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly creator: Account;
  readonly createdAt: string;
}

export interface Deployment {
  readonly id: number;
  readonly sha: string;
  readonly ref: string;
  readonly task: string;
  readonly environment: string;
  readonly description: string | null;
  readonly payload: unknown;
  readonly isTransient: boolean;
  readonly isProduction: boolean;
  readonly creator: Account;
  readonly app: App | null;
  readonly createdAt: string;
  /** The oldest first. */
  readonly statuses: DeploymentStatus[];
}

export interface DeploymentStatus {
  readonly id: number;
  readonly state: string;
  readonly description: string;
  readonly logUrl: string;
  readonly environmentUrl: string;
  readonly creator: Account;
  readonly app: App | null;
  readonly createdAt: string;
}

export interface Label {
  readonly id: number;
  name: string;
  color: string;
  description: string | null;
}

export interface Team {
  readonly org: string;
  readonly slug: string;
  /** Logins. */
  members: string[];
}

/** Without `none`: who has no entry has none. */
export type Level = 'read' | 'triage' | 'write' | 'maintain' | 'admin';
export type Access = 'read' | 'write';
export type Permissions = Readonly<Record<string, Access>>;

export interface App {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly permissions: Permissions;
  /** PEM. null: it cannot request tokens. */
  readonly publicKey: string | null;
  readonly installationId: number;
}

export interface State {
  /** owner/name */
  readonly repository: string;
  isPrivate: boolean;
  /** By login in lower case. */
  readonly accounts: Map<string, Account>;
  /** By login in lower case. */
  readonly permissions: Map<string, Level>;
  readonly issues: Issue[];
  readonly pulls: Pull[];
  readonly comments: Comment[];
  readonly checkRuns: CheckRun[];
  readonly reviews: Review[];
  /** Of commits, the oldest first. */
  readonly statuses: CommitStatus[];
  readonly deployments: Deployment[];
  readonly teams: Team[];
  readonly labels: Label[];
  readonly apps: App[];
  /** SHAs besides those of branches and pull requests. */
  readonly commits: Set<string>;
  /** Name and SHA; besides those of pull requests. */
  readonly branches: Map<string, string>;
  /** A setting of the repository, off by default. */
  actionsMayCreatePulls: boolean;
  readonly rateLimit: { limit: number; remaining: number; resetAtS: number };
  /** IDs increase over all kinds of objects. */
  nextId: number;
  readonly now: () => Date;
}

/** GitHub Actions, as which a workflow's token acts. */
export const actionsAppId = 15368;

export function newState(repository: string, now: () => Date): State {
  return {
    repository,
    isPrivate: false,
    accounts: new Map(),
    permissions: new Map(),
    issues: [],
    pulls: [],
    comments: [],
    checkRuns: [],
    reviews: [],
    statuses: [],
    deployments: [],
    teams: [],
    labels: [],
    apps: [
      {
        id: actionsAppId,
        slug: 'github-actions',
        name: 'GitHub Actions',
        permissions: {},
        publicKey: null,
        installationId: 1,
      },
    ],
    commits: new Set(),
    branches: new Map(),
    actionsMayCreatePulls: false,
    rateLimit: { limit: 5000, remaining: 5000, resetAtS: Math.floor(now().getTime() / 1000) + 3600 },
    nextId: 100_001,
    now,
  };
}

export function takeId(state: State): number {
  return state.nextId++;
}

/** The time as GitHub writes it, without fractions of a second. */
export function timeOf(state: State): string {
  return state
    .now()
    .toISOString()
    .replace(/\.\d+Z$/, 'Z');
}

/** The account with this login, in any case; a new one if there is none. */
export function accountOf(state: State, login: string, type: Account['type'] = 'User'): Account {
  const key = login.toLowerCase();
  let account = state.accounts.get(key);
  if (account === undefined) {
    account = { id: takeId(state), login, type };
    state.accounts.set(key, account);
  }
  return account;
}

/** The label with this name, in any case; a new one if there is none, as GitHub does when an issue gets it. */
export function labelOf(state: State, name: string): Label {
  let label = state.labels.find((candidate) => areSame(candidate.name, name));
  if (label === undefined) {
    label = { id: takeId(state), name, color: 'ededed', description: null };
    state.labels.push(label);
  }
  return label;
}

export function areSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

export function knowsCommit(state: State, sha: string): boolean {
  return (
    state.commits.has(sha) ||
    [...state.branches.values()].includes(sha) ||
    state.pulls.some(({ head, base, mergeCommitSha }) => [head.sha, base.sha, mergeCommitSha].includes(sha))
  );
}
