import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { makePrivateDirectory } from '../../host/index.js';

/**
 * `.lavaflow/` in the lab's directory: the state of lavaflow on this machine, never committed.
 * `layer/` contains lab files of this machine only. Each part stores its state in its own folder.
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

/** Where a lab and its state are on this machine. */
export interface LabPlace {
  readonly directory: string;
  readonly state: StateDirectory;
}

/** @param directory the lab's, absolute */
export function placeOf(directory: string): LabPlace {
  return { directory, state: stateDirectoryOf(directory) };
}

/** @param lab the lab's directory, absolute */
function stateDirectoryOf(lab: string): StateDirectory {
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
 * Committed files come from anyone who can push. A committed `.lavaflow` could name another master, claim that
 * something was applied, or be a git repository whose configuration runs programs.
 * @throws UsageError when anything in it is committed
 * @throws ExternalError
 */
export async function expectOwnState(lab: string): Promise<void> {
  // Not existsSync: a committed link may point to a path that is created later.
  if (lstatSync(stateDirectoryOf(lab).root, { throwIfNoEntry: false }) === undefined) return;
  // Loaded here because commands outside a lab do not need git.
  const { expectNotCommitted } = await import('./committed-state.js');
  await expectNotCommitted(lab, '.lavaflow');
}

/** Creates the directory, readable by its owner alone and ignored by git. */
export async function makeStateDirectory(state: StateDirectory): Promise<void> {
  await makePrivateDirectory(state.root);
}

/**
 * Lets the jobs of a dispatcher that runs as root pass through the directory: they have other users, and their directories are
 * in it. Everything in it is private by itself. Does nothing for other users.
 */
export function openToJobs(state: StateDirectory): void {
  if (process.getuid?.() !== 0) return;
  for (const part of [state.master, state.records, state.layer, state.boards, state.dispatcher]) {
    mkdirSync(part, { recursive: true, mode: 0o700 });
  }
  for (const part of [state.master, state.records, state.layer]) chmodSync(part, 0o700);
  chmodSync(state.root, 0o711);
}

/** Clones of deviceTypeSources. */
export function templateCacheOf(state: StateDirectory): string {
  return join(state.root, 'template-sources');
}
