import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { ExternalError } from '../../diagnostics/index.js';
import { openLabRepository } from '../../git/index.js';
import { packageDirectory } from '../../package/index.js';

/** A git repository of lavaflow, and the full id of a commit in it. */
export interface OwnSource {
  readonly repository: string;
  readonly commit: string;
}

/**
 * Finds where this lavaflow comes from, for a workflow that installs the same one: the clone that it runs in, or the
 * source from which npm installed it.
 * @returns null when the source is not a git repository that others can reach
 */
export async function findOwnSource(root = packageDirectory()): Promise<OwnSource | null> {
  if (existsSync(join(root, '.git'))) return await cloneAt(root);
  const modules = dirname(join(root, '.'));
  if (basename(modules) !== 'node_modules') return null;
  const [url = '', commit = ''] = resolvedIn(join(modules, '.package-lock.json')).split('#');
  return url.startsWith('git+') ? toSource(url.slice('git+'.length), commit) : null;
}

/** Null also for the clone of another user: git does not open it, but lavaflow can run from it. */
async function cloneAt(root: string): Promise<OwnSource | null> {
  try {
    const clone = await openLabRepository(root);
    return toSource(clone.repository, await clone.head());
  } catch (error) {
    if (error instanceof ExternalError) return null;
    throw error;
  }
}

/** npm's record of what it installed; `''` when there is none. */
function resolvedIn(file: string): string {
  try {
    const lock = JSON.parse(readFileSync(file, 'utf8')) as {
      packages?: Record<string, { resolved?: unknown } | undefined>;
    };
    const resolved = lock.packages?.['node_modules/lavaflow']?.resolved;
    return typeof resolved === 'string' ? resolved : '';
  } catch {
    // Missing, or written by another npm: the source is unknown, and a person has to fill it in.
    return '';
  }
}

/** A runner has no ssh key, so use https where possible. */
function toSource(url: string, commit: string): OwnSource | null {
  const repository = url
    .replace(/^(?:ssh:\/\/)?git@([\w.-]+)[:/]/, 'https://$1/')
    .replace(/^git:\/\//, 'https://');
  const isPlain = /^https:\/\/[\w.-]+(?::\d+)?\/[\w./~-]+$/.test(repository);
  return isPlain && /^[0-9a-f]{40}$/.test(commit) ? { repository, commit } : null;
}
