import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { ExternalError, UsageError } from '../diagnostics/index.js';
import { listTracked } from '../git/index.js';
import { readIfThereSync, replaceFileSync } from '../host/index.js';

/**
 * `.lavaflow/` in the lab's directory: the state of lavaflow on this machine, never committed.
 * `layer/` holds lab files of this machine alone; the parts keep theirs in folders of their own.
 */
export interface StateDirectory {
  readonly root: string;
  readonly layer: string;
  readonly records: string;
  readonly master: string;
  readonly dispatcher: string;
  readonly boards: string;
  readonly status: string;
  readonly endpoint: string;
}

export function stateDirectoryOf(lab: string): StateDirectory {
  const root = join(lab, '.lavaflow');
  return {
    root,
    layer: join(root, 'layer'),
    records: join(root, 'records'),
    master: join(root, 'master'),
    dispatcher: join(root, 'dispatcher'),
    boards: join(root, 'boards'),
    status: join(root, 'status.json'),
    endpoint: join(root, 'endpoint.json'),
  };
}

/**
 * What is committed comes with whatever somebody pushes: a `.lavaflow` from there could name another master, say that
 * something was applied, or be a git repository with a configuration that runs programs.
 * @throws UsageError when anything in it is committed; ExternalError
 */
export async function expectOwnState(lab: string): Promise<void> {
  const [first] = await listTracked(lab, '.lavaflow');
  if (first === undefined) return;
  throw new UsageError(
    `${first} is committed, and what lavaflow keeps on a machine never is`,
    'take it out with `git rm -r --cached .lavaflow`, and write `.lavaflow/` into .gitignore',
  );
}

/** Makes the directory, readable by its owner alone. */
export function makeStateDirectory(state: StateDirectory): void {
  mkdirSync(state.root, { recursive: true, mode: 0o700 });
}

/** Where the embedded master of this lab listens, written by the master when it is ready. */
export interface MasterEndpoint {
  readonly url: string;
  readonly control: string;
  readonly logs: string;
  readonly adminTokenFile: string;
  readonly reconcilerTokenFile: string;
  readonly certificateFile: string;
}

const endpointFields = [
  'url',
  'control',
  'logs',
  'adminTokenFile',
  'reconcilerTokenFile',
  'certificateFile',
] as const;

export function writeEndpoint(state: StateDirectory, endpoint: MasterEndpoint): void {
  replaceFileSync(state.endpoint, `${JSON.stringify(endpoint, null, 2)}\n`);
}

/** When the master has stopped: another process may get its port, and is not to be sent its tokens. */
export function removeEndpoint(state: StateDirectory): void {
  rmSync(state.endpoint, { force: true });
}

/** @returns null when no embedded master runs here. @throws ExternalError when the file is damaged */
export function readEndpoint(state: StateDirectory): MasterEndpoint | null {
  let text: string | null;
  try {
    text = readIfThereSync(state.endpoint);
  } catch (error) {
    throw damaged(state.endpoint, error);
  }
  if (text === null) return null;
  try {
    const value = JSON.parse(text) as Record<string, unknown>;
    if (endpointFields.every((field) => typeof value[field] === 'string')) {
      return value as unknown as MasterEndpoint;
    }
  } catch (error) {
    throw damaged(state.endpoint, error);
  }
  throw damaged(state.endpoint);
}

function damaged(file: string, cause?: unknown): ExternalError {
  return new ExternalError({
    what: 'read where the embedded master listens',
    where: file,
    why: cause instanceof Error ? cause.message : 'a field is missing',
    retry: 'after-change',
    hint: 'start lavaflow up again: it writes the file anew',
    cause,
  });
}
