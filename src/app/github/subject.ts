/** Which change an event is about. */
import { UsageError } from '../../diagnostics/index.js';
import { isFullId } from '../../git/index.js';
import type { Workflow } from './workflow.js';

/** A pull request. */
export interface PullSubject {
  readonly kind: 'pull';
  readonly number: number;
  /** Full commit ID. */
  readonly head: string;
  readonly baseBranch: string;
  readonly author: string | null;
  /** Whether the token of the run may comment. GitHub gives forks and Dependabot one that only reads. */
  readonly mayWrite: boolean;
}

/** The commit that a merge queue would push next. It has no conversation to comment in. */
export interface QueueSubject {
  readonly kind: 'queue';
  readonly head: string;
  /** The commit that it would be pushed on. */
  readonly base: string;
}

const ofPulls = ['pull_request', 'pull_request_target', 'pull_request_review'];

/** @throws UsageError when the event is about none */
export function subjectOf({ eventName, event, repository, actor }: Workflow): PullSubject | QueueSubject {
  if (eventName === 'merge_group') {
    const [head, base] = [
      commitAt(event, 'merge_group', 'head_sha'),
      commitAt(event, 'merge_group', 'base_sha'),
    ];
    return { kind: 'queue', head, base };
  }
  if (!ofPulls.includes(eventName)) {
    throw new UsageError(
      `the event ${eventName} is not about a change to review`,
      `Run this command for ${ofPulls.join(', ')} or merge_group.`,
    );
  }
  const author = fieldAt(event, 'pull_request', 'user', 'login');
  const from = fieldAt(event, 'pull_request', 'head', 'repo', 'full_name');
  const isReadOnly =
    eventName !== 'pull_request_target' && (from !== repository || actor === 'dependabot[bot]');
  return {
    kind: 'pull',
    number: numberAt(event, 'pull_request', 'number'),
    head: commitAt(event, 'pull_request', 'head', 'sha'),
    baseBranch: textAt(event, 'pull_request', 'base', 'ref'),
    author: typeof author === 'string' ? author : null,
    mayWrite: !isReadOnly,
  };
}

/** A run of a workflow for a pull request, possibly from a fork. */
export interface FinishedRun {
  readonly head: string;
  readonly headBranch: string;
  /** `owner/name` */
  readonly headRepository: string;
}

/** @throws UsageError when the event is about none */
export function finishedRunOf({ eventName, event }: Workflow): FinishedRun {
  const isOfPull = fieldAt(event, 'workflow_run', 'event') === 'pull_request';
  if (eventName !== 'workflow_run' || !isOfPull) {
    throw new UsageError(
      `the event ${eventName} is not about a run for a pull request`,
      'Run this command for workflow_run, after a workflow for pull_request.',
    );
  }
  return {
    head: commitAt(event, 'workflow_run', 'head_sha'),
    headBranch: textAt(event, 'workflow_run', 'head_branch'),
    headRepository: textAt(event, 'workflow_run', 'head_repository', 'full_name'),
  };
}

function fieldAt(event: unknown, ...path: readonly string[]): unknown {
  let value = event;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}

function textAt(event: unknown, ...path: readonly string[]): string {
  const value = fieldAt(event, ...path);
  if (typeof value === 'string' && value !== '') return value;
  throw new UsageError(`the event in GITHUB_EVENT_PATH has no ${path.join('.')}`);
}

function commitAt(event: unknown, ...path: readonly string[]): string {
  const value = textAt(event, ...path);
  if (isFullId(value)) return value;
  throw new UsageError(`${path.join('.')} in GITHUB_EVENT_PATH is not a commit`);
}

function numberAt(event: unknown, ...path: readonly string[]): number {
  const value = fieldAt(event, ...path);
  if (Number.isSafeInteger(value)) return value as number;
  throw new UsageError(`the event in GITHUB_EVENT_PATH has no ${path.join('.')}`);
}
