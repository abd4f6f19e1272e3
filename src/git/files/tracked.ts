import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { gitFailure, saysNoRepository } from '../run/errors.js';
import { labDirectories } from './lab-directories.js';
import { runGit, streamGit } from '../run/run-git.js';

/**
 * The paths that git ignores in the lab's directories, in latin1 (one character per byte), without trailing slashes.
 * Empty if the directory is not in a git repository. Never contains tracked files.
 */
export async function listIgnored(directory: string): Promise<ReadonlySet<string>> {
  if (!(await isRepository(directory))) return new Set();
  const parts: Buffer[] = [];
  const args = ['ls-files', '--others', '--ignored', '--exclude-standard', '--directory', '-z', '--'];
  try {
    for await (const chunk of streamGit(directory, [...args, ...labDirectories])) parts.push(chunk);
  } catch (error) {
    throw gitFailure(error, 'list ignored files', directory);
  }
  const names = Buffer.concat(parts).toString('latin1').split('\0');
  return new Set(names.filter((name) => name !== '').map((name) => name.replace(/\/$/, '')));
}

/**
 * The files at a path under the directory that are committed or staged; empty if the directory is not in a git repository.
 * @throws ExternalError
 */
export async function listTracked(directory: string, path: string): Promise<string[]> {
  try {
    const names = await runGit(directory, ['ls-files', '-z', '--', path]);
    return names.split('\0').filter((name) => name !== '');
  } catch (error) {
    if (saysNoRepository(error)) return [];
    throw gitFailure(error, 'list tracked files', directory);
  }
}

/**
 * How many files of the lab differ from HEAD, staged or not; 0 if nothing is checked out.
 * @throws ExternalError
 */
export async function countUncommitted(directory: string): Promise<number> {
  if (!labDirectories.some((name) => existsSync(join(directory, name)))) return 0;
  const status = [
    '--no-optional-locks',
    'status',
    '--porcelain',
    '--no-renames',
    '--untracked-files=all',
    '-z',
  ];
  try {
    const lines = await runGit(directory, [...status, '--', ...labDirectories]);
    return lines.split('\0').filter((line) => line !== '').length;
  } catch (error) {
    throw gitFailure(error, 'look for uncommitted changes', directory);
  }
}

/** A directory that is not a git repository, or that git does not trust because of its owner, is read without git. */
async function isRepository(directory: string): Promise<boolean> {
  try {
    return (await runGit(directory, ['rev-parse', '--is-inside-work-tree'])).trim() === 'true';
  } catch (error) {
    if (saysNoRepository(error)) return false;
    throw gitFailure(error, 'look for a repository', directory);
  }
}
