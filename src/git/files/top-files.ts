import { realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { localFailure } from '../../diagnostics/index.js';
import { hasCode, readRegular } from '../../host/index.js';
import { gitFailure, saysNoRepository } from '../run/errors.js';
import { runGit } from '../run/run-git.js';
import { resolveRevision } from '../revisions.js';

/** The repository that a lab is in. */
export interface RepositoryTop {
  /** Its top directory; the lab's, if it is not in a git repository. */
  readonly directory: string;
  /** The lab's directory in it: `''`, or ends in `/`. */
  readonly prefix: string;
}

/** @throws ExternalError */
export async function findTop(lab: string): Promise<RepositoryTop> {
  try {
    const prefix = (await runGit(lab, ['rev-parse', '--show-prefix'])).replace(/\n$/, '');
    const steps = prefix.split('/').slice(1);
    return { directory: resolve(await realpath(lab), ...steps.map(() => '..')), prefix };
  } catch (error) {
    if (saysNoRepository(error)) return { directory: await realpath(lab), prefix: '' };
    throw gitFailure(error, 'look for the repository', lab);
  }
}

export interface FoundFile {
  /** Relative to the top directory. */
  readonly path: string;
  /** null: a link, another special file, or larger than the limit. */
  readonly text: string | null;
}

/**
 * The first of several files that exists, outside of the lab's directories.
 * @param revision a commit, or null for the working tree
 * @param paths relative to the top directory
 * @throws UsageError when the revision does not exist
 * @throws ExternalError
 */
export async function readFirst(
  top: RepositoryTop,
  revision: string | null,
  paths: readonly string[],
  maxBytes: number,
): Promise<FoundFile | null> {
  if (revision !== null) return readCommitted(top.directory, revision, paths, maxBytes);
  for (const path of paths) {
    const text = await readHere(join(top.directory, path), maxBytes);
    if (text !== undefined) return { path, text };
  }
  return null;
}

/** Undefined if it does not exist. */
async function readHere(file: string, maxBytes: number): Promise<string | null | undefined> {
  try {
    const { content } = await readRegular(file, ({ size }) => size <= maxBytes);
    return content?.toString('utf8') ?? null;
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    // A link, which is not followed.
    if (hasCode(error, 'ELOOP')) return null;
    throw localFailure(error, 'read a file of the repository', file);
  }
}

async function readCommitted(
  directory: string,
  revision: string,
  paths: readonly string[],
  maxBytes: number,
): Promise<FoundFile | null> {
  const commit = await resolveRevision(directory, revision, directory);
  try {
    const args = ['ls-tree', '-z', '-l', '--full-tree', '--end-of-options', commit, ...paths];
    const entries = (await runGit(directory, args)).split('\0');
    for (const path of paths) {
      const [info = ''] = entries.find((entry) => entry.endsWith(`\t${path}`))?.split('\t') ?? [];
      if (info === '') continue;
      const [mode = '', , id = '', size = ''] = info.split(/ +/);
      const isRead = mode.startsWith('100') && Number(size) <= maxBytes;
      return { path, text: isRead ? await runGit(directory, ['cat-file', 'blob', id]) : null };
    }
    return null;
  } catch (error) {
    throw gitFailure(error, `read revision ${commit}`, directory);
  }
}
