import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';

import { ExternalError } from '../../diagnostics/index.js';
import { makePrivateDirectory } from '../../host/index.js';
import { gitFailure } from '../run/errors.js';
import { runGit } from '../run/run-git.js';

/** The files of one commit: names and texts. */
export type CommitFiles = ReadonlyMap<string, string>;

const author: Readonly<Record<string, string>> = {
  GIT_AUTHOR_NAME: 'lavaflow',
  GIT_AUTHOR_EMAIL: 'lavaflow@localhost',
  GIT_COMMITTER_NAME: 'lavaflow',
  GIT_COMMITTER_EMAIL: 'lavaflow@localhost',
};

/** Our commits never have this many. */
const mostFiles = 8;

/** A killed process leaves its repository behind; no lock is held for this long. */
const abandonedMs = 24 * 60 * 60_000;

/**
 * Creates an empty bare repository for this task only, and removes it afterwards. So another process or a crash cannot
 * leave it half-written.
 */
export async function withWorkspace<T>(parent: string, task: (directory: string) => Promise<T>): Promise<T> {
  const directory = await makeWorkspace(parent);
  try {
    return await task(directory);
  } finally {
    await rm(directory, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function makeWorkspace(parent: string): Promise<string> {
  try {
    await makePrivateDirectory(parent);
    await removeAbandoned(parent);
    const directory = await mkdtemp(path.join(parent, 'work-'));
    await runGit(directory, ['init', '--quiet', '--bare', '--initial-branch=none', '--template=']);
    return directory;
  } catch (error) {
    throw gitFailure(error, 'create a directory for records', parent);
  }
}

async function removeAbandoned(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const directory = path.join(parent, name);
    const stats = await stat(directory).catch(() => null);
    if (stats !== null && Date.now() - stats.mtimeMs > abandonedMs)
      await rm(directory, { recursive: true, force: true });
  }
}

/** Writes a commit with these files. @returns its ID */
export async function writeCommit(
  directory: string,
  files: CommitFiles,
  message: string,
  parent: string | null,
): Promise<string> {
  try {
    const lines: string[] = [];
    for (const [name, text] of files) {
      const blob = await runGit(directory, ['hash-object', '-w', '--stdin'], { input: text });
      lines.push(`100644 blob ${blob.trim()}\t${name}\n`);
    }
    const tree = await runGit(directory, ['mktree'], { input: lines.join('') });
    const parents = parent === null ? [] : ['-p', parent];
    const options = { input: message, environment: author };
    return (await runGit(directory, ['commit-tree', tree.trim(), ...parents], options)).trim();
  } catch (error) {
    throw gitFailure(error, 'write a record', directory);
  }
}

export async function hasCommit(directory: string, commit: string): Promise<boolean> {
  try {
    const args = ['rev-parse', '--quiet', '--verify', `${commit}^{commit}`];
    return (await runGit(directory, args, { noneCode: 1 })) !== '';
  } catch (error) {
    throw gitFailure(error, 'look for a record', directory);
  }
}

/**
 * The files of a fetched commit.
 * @param where the name of the commit in messages
 * @throws ExternalError when it is not a commit, or contains anything but plain files
 */
export async function readCommit(directory: string, commit: string, where: string): Promise<CommitFiles> {
  try {
    const files = new Map<string, string>();
    const listing = await runGit(directory, ['ls-tree', '-z', `${commit}^{commit}`]);
    const lines = listing.split('\0').filter((one) => one !== '');
    if (lines.length > mostFiles) throw new Error(`fatal: it contains more than ${mostFiles} files`);
    for (const line of lines) {
      const match = /^100644 blob ([0-9a-f]+)\t([\w.-]+)$/.exec(line);
      if (match === null) throw new Error('fatal: it contains something other than plain files');
      const [, blob = '', name = ''] = match;
      files.set(name, await runGit(directory, ['cat-file', 'blob', blob]));
    }
    return files;
  } catch (error) {
    const { why } = gitFailure(error, 'read', where);
    throw damaged(where, why);
  }
}

export function damaged(
  where: string,
  why: string,
  hint = 'Restore an earlier version (docs/records.md).',
): ExternalError {
  return new ExternalError({
    what: 'use the record in the repository',
    where,
    why,
    retry: 'after-change',
    hint,
  });
}
