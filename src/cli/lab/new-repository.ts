import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { lstat, mkdir, readdir, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

import { ExternalError, UsageError } from '../../diagnostics/index.js';
import { initRepository, openLabRepository } from '../../git/index.js';
import { hasCode } from '../../host/index.js';
import { isLabPath, type FileMap } from '../../lab/index.js';

/** A lab repo that was just made. */
export interface NewRepository {
  readonly directory: string;
  /** Full id of its first commit. */
  readonly revision: string;
}

/**
 * Makes a git repository with these files as its first commit, whole or not at all: it is made beside its place and
 * moved there at the end. What was committed is read back and compared.
 * @param prepare works on the repository before it is moved: `directory` is where it lies now, `repository` where it
 *   will lie
 * @throws UsageError when there is something in the directory; ExternalError
 */
export async function makeRepository(
  directory: string,
  files: FileMap,
  message: string,
  prepare?: (made: NewRepository & { readonly repository: string }) => Promise<void>,
): Promise<NewRepository> {
  const place = resolve(directory);
  await expectNothing(place);
  const madeParent = await mkdir(dirname(place), { recursive: true });
  const parent = await realpath(dirname(place));
  const repository = join(parent, basename(place));
  const temporary = join(parent, `.${basename(place)}.new-${randomUUID()}`);
  await mkdir(temporary);
  const stopTidying = tidyWhenInterrupted(temporary);
  try {
    for (const [path, file] of files) {
      if (file.type === 'file') await writeInto(temporary, path, file.content);
    }
    const revision = await initRepository(temporary, { message });
    await compareWithCommit(temporary, revision, files);
    await prepare?.({ directory: temporary, revision, repository });
    await rename(temporary, repository);
    return { directory: repository, revision };
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    if (madeParent !== undefined) await rm(madeParent, { recursive: true, force: true });
    throw error;
  } finally {
    stopTidying();
  }
}

/** Ctrl-C leaves nothing behind either. Returns how to undo that. */
function tidyWhenInterrupted(directory: string): () => void {
  const tidy = (signal: 'SIGINT' | 'SIGTERM'): void => {
    rmSync(directory, { recursive: true, force: true });
    process.exit(signal === 'SIGINT' ? 130 : 143);
  };
  process.once('SIGINT', tidy);
  process.once('SIGTERM', tidy);
  return () => {
    process.off('SIGINT', tidy);
    process.off('SIGTERM', tidy);
  };
}

/** @throws UsageError unless there is nothing, or an empty directory */
export async function expectNothing(place: string): Promise<void> {
  let isFree: boolean;
  try {
    isFree = (await lstat(place)).isDirectory() && (await readdir(place)).length === 0;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  if (!isFree) throw new UsageError(`${place} is not empty`, 'give a directory that is not there yet');
}

async function writeInto(root: string, path: string, content: Uint8Array): Promise<void> {
  if (path.split('/').some((step) => step === '' || step === '.' || step === '..')) {
    throw new Error(`a file of a new lab has the path ${JSON.stringify(path)}`);
  }
  const file = join(root, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content, { flag: 'wx' });
}

/** A global gitignore or a conversion of line ends would make another lab of it. */
async function compareWithCommit(directory: string, revision: string, files: FileMap): Promise<void> {
  const repository = await openLabRepository(directory);
  const committed = (await repository.snapshot(revision)).files;
  for (const [path, file] of files) {
    if (!isLabPath(path) || file.type !== 'file') continue;
    const kept = committed.get(path);
    if (kept?.type === 'file' && Buffer.compare(kept.content, file.content) === 0) continue;
    throw new ExternalError({
      what: 'commit the new lab',
      where: directory,
      why: kept === undefined ? `git left out ${path}` : `git changed ${path}`,
      retry: 'after-change',
      hint: 'look at core.excludesFile, core.autocrlf and core.attributesFile in your git configuration.',
    });
  }
}
