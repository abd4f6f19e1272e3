/** The run of a workflow, as GitHub Actions describes it in the environment of a step. */
import { readFileSync } from 'node:fs';
import { createPrivateKey } from 'node:crypto';
import { UsageError, reasonOf } from '../../diagnostics/index.js';
import type { Credentials } from '../../github/index.js';

/** A repository on GitHub, and as whom to act there. */
export interface RepositoryAccess {
  readonly apiUrl: string;
  /** `owner/name` */
  readonly repository: string;
  /** A token, or an app; null: there is neither. */
  readonly credentials: Credentials | null;
  /** What is appended to this file is shown on the page of the run; null: there is none. */
  readonly summaryFile: string | null;
}

export interface Workflow extends RepositoryAccess {
  readonly eventName: string;
  /** The payload of the event, as GitHub documents it for webhooks. */
  readonly event: unknown;
  /** Who caused the run. */
  readonly actor: string;
  /** Identifies this attempt of the run. */
  readonly attemptId: string;
  /** The page of the run; null: unknown. */
  readonly url: string | null;
}

type Read = (name: string) => string | null;
type MustRead = (name: string) => string;

/**
 * What does not depend on the event of a workflow, so that it also works outside of workflows.
 * @throws UsageError when a variable is missing
 */
export function readRepositoryAccess(environment: NodeJS.ProcessEnv = process.env): RepositoryAccess {
  const { read, mustRead } = readersOf(environment);
  const repository = mustRead('GITHUB_REPOSITORY');
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository))
    throw new UsageError(`GITHUB_REPOSITORY is not OWNER/NAME: ${repository}`);
  return {
    apiUrl: apiUrlIn(read('GITHUB_API_URL') ?? 'https://api.github.com'),
    repository,
    credentials: appIn(read) ?? read('GITHUB_TOKEN'),
    summaryFile: read('GITHUB_STEP_SUMMARY'),
  };
}

/** @throws UsageError when a variable or the event is missing */
export function readWorkflow(environment: NodeJS.ProcessEnv = process.env): Workflow {
  const { read, mustRead } = readersOf(environment);
  const access = readRepositoryAccess(environment);
  const { repository } = access;
  const [server, run] = [read('GITHUB_SERVER_URL'), read('GITHUB_RUN_ID')];
  return {
    ...access,
    eventName: mustRead('GITHUB_EVENT_NAME'),
    event: readEvent(mustRead('GITHUB_EVENT_PATH')),
    actor: read('GITHUB_ACTOR') ?? '',
    attemptId: `${run ?? 'no run'}/${read('GITHUB_RUN_ATTEMPT') ?? '1'}`,
    url: server === null || run === null ? null : `${server}/${repository}/actions/runs/${run}`,
  };
}

function readersOf(environment: NodeJS.ProcessEnv): { readonly read: Read; readonly mustRead: MustRead } {
  const read: Read = (name) => environment[name] || null;
  return {
    read,
    mustRead(name) {
      const value = read(name);
      if (value !== null) return value;
      throw new UsageError(`${name} is not set`, 'Run this command in a workflow of GitHub Actions.');
    },
  };
}

/** @throws UsageError when the app is incomplete */
function appIn(read: Read): Credentials | null {
  const [appId, privateKey] = [read('LAVAFLOW_GITHUB_APP_ID'), read('LAVAFLOW_GITHUB_APP_KEY')];
  if (appId === null && privateKey === null) return null;
  if (appId === null || privateKey === null || !isPrivateKey(privateKey))
    throw new UsageError(
      'LAVAFLOW_GITHUB_APP_ID and LAVAFLOW_GITHUB_APP_KEY are not an app',
      'Set them to the ID of the app and to the text of the private key that GitHub generated for it, or remove both.',
    );
  return { appId, privateKey };
}

function isPrivateKey(text: string): boolean {
  try {
    createPrivateKey(text);
    return true;
  } catch {
    return false;
  }
}

function apiUrlIn(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new UsageError(`GITHUB_API_URL is not a URL: ${text}`, 'Set it to https://HOST/api/v3.');
}

function readEvent(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown;
  } catch (error) {
    throw new UsageError(`cannot read the event in GITHUB_EVENT_PATH (${file}): ${reasonOf(error)}`);
  }
}
