/**
 * A repository on GitHub or GitHub Enterprise, through its REST API and its webhooks: comments and check runs of pull requests, their
 * reviews, statuses of commits, issues, and the members of teams (docs/github.md).
 *
 * Everything that GitHub returns was written by strangers. Failures are ExternalErrors. Requests are repeated after
 * failures that pass, and what they create is never created twice.
 */
export { connectGitHub, type GitHub, type GitHubOptions } from './connect.js';
export type { Credentials } from './client.js';
export type { Check, CheckAnnotation } from './checks.js';
export type { CommentOutcome } from './comments.js';
export type { IssueText } from './issue-edits.js';
export type { FoundIssue, IssueOutcome } from './issues.js';
export { createWebhookReceiver, type DeliveryMemory } from './webhook.js';
export type { PullRequest } from './pulls.js';
export type { CommitStatus } from './statuses.js';
