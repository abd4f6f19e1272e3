import { createClient, type ClientOptions } from './client.js';
import { writeCheck, type Check } from './checks.js';
import { putComment, readComment, updateComment, type CommentBody, type CommentOutcome } from './comments.js';
import { readIssueText, type IssueText } from './issue-edits.js';
import { findIssue, putIssue, type FoundIssue, type IssueOutcome, type WantedIssue } from './issues.js';
import { mayWrite, teamMembers } from './people.js';
import { approversOf, openPull, openPulls, pullMergedAs, readPull, type PullRequest } from './pulls.js';
import { writeStatus, type CommitStatus } from './statuses.js';

export interface GitHubOptions extends ClientOptions {
  /** `owner/name` */
  readonly repository: string;
}

/** One repository. Every function throws ExternalError when GitHub cannot be asked or refuses. */
export interface GitHub {
  /** null: there is none of this number. */
  readPull(number: number): Promise<PullRequest | null>;
  /** @param from only those of this branch, as `owner:branch` */
  openPulls(from?: string): Promise<PullRequest[]>;
  /** The number of the open pull request of this branch for the default branch, which is opened if there is none. */
  openPull(wanted: {
    readonly branch: string;
    readonly title: string;
    readonly body: string;
  }): Promise<number>;
  /** The pull request that was merged as this commit; null: there is none. */
  pullMergedAs(commit: string): Promise<PullRequest | null>;
  /** Logins of those whose last review of a pull request approves this commit. */
  approversOf(number: number, commit: string): Promise<string[]>;
  /**
   * Logins of the members of a team, including its child teams.
   * @returns null: there is none, or the token may not read it
   */
  teamMembers(organisation: string, team: string): Promise<string[] | null>;
  /**
   * Creates our only comment of a pull request, or updates it. Whatever a person changed in it is replaced.
   * @param marker how the comment starts, by which it is found again
   */
  putComment(number: number, marker: string, body: CommentBody): Promise<CommentOutcome>;
  /** The text of our comment; null: there is none. */
  readComment(number: number, marker: string): Promise<string | null>;
  /** Like `putComment`, but null if there is none. */
  updateComment(number: number, marker: string, body: string): Promise<CommentOutcome | null>;
  /**
   * Opens, updates, closes or reopens our only issue about a subject.
   * @returns null: it is not needed, and there is none
   */
  putIssue(wanted: WantedIssue): Promise<IssueOutcome | null>;
  /** Our issue about a subject; null: there is none. */
  findIssue(wanted: Pick<WantedIssue, 'marker' | 'label'>): Promise<FoundIssue | null>;
  /** The text of an issue of ours, and who edited it; null: there is none of this number. */
  readIssueText(number: number): Promise<IssueText | null>;
  /** Whether somebody may push to the repository. */
  mayWrite(login: string): Promise<boolean>;
  /** Writes a check run of a commit. @returns its address */
  writeCheck(check: Check): Promise<string | null>;
  /** Writes a status of a commit, which replaces an earlier one of the same context. */
  writeStatus(status: CommitStatus): Promise<void>;
}

/** Sends nothing yet. */
export function connectGitHub({ repository, ...options }: GitHubOptions): GitHub {
  const slash = repository.indexOf('/');
  const place = { owner: repository.slice(0, slash), repo: repository.slice(slash + 1) };
  const client = createClient(options, place);
  return {
    readPull: (number) => readPull(client, place, number),
    openPulls: (from) => openPulls(client, place, from),
    openPull: (wanted) => openPull(client, place, wanted),
    pullMergedAs: (commit) => pullMergedAs(client, place, commit),
    approversOf: (number, commit) => approversOf(client, place, number, commit),
    teamMembers: (organisation, team) => teamMembers(client, organisation, team),
    putComment: (number, marker, body) => putComment(client, place, number, marker, body),
    readComment: (number, marker) => readComment(client, place, number, marker),
    updateComment: (number, marker, body) => updateComment(client, place, number, marker, body),
    putIssue: (wanted) => putIssue(client, place, wanted),
    findIssue: (wanted) => findIssue(client, place, wanted),
    readIssueText: (number) => readIssueText(client, place, number),
    mayWrite: (login) => mayWrite(client, place, login),
    writeCheck: (check) => writeCheck(client, place, check),
    writeStatus: (status) => writeStatus(client, place, status),
  };
}
