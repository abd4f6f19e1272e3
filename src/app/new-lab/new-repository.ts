import { randomUUID } from 'node:crypto';
import { lstat, mkdir, readdir, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

import { ExternalError, UsageError } from '../../diagnostics/index.js';
import { initRepository, openLabRepository } from '../../git/index.js';
import { hasCode } from '../../host/index.js';
import { isLabPath, type FileMap } from '../../lab/index.js';

/** A lab repo that was just created. */
export interface NewRepository {
  readonly directory: string;
  /** Full id of its first commit. */
  readonly revision: string;
}

/** How a caller interrupts the creation, so that nothing is left behind. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** Called when there is something to remove: from then on `signal` is obeyed. */
  arm(): void;
}

export interface RepositoryDraft {
  /** Must be empty, or not exist yet. */
  readonly directory: string;
  readonly files: FileMap;
  /** Of the first commit. */
  readonly message: string;
  /** Works on the repository before it is moved: `directory` is where it is now, `repository` where it will be. */
  readonly prepare?: (made: NewRepository & { readonly repository: string }) => Promise<void>;
  readonly interruption: Interruption;
}

/**
 * Creates a git repository with these files as its first commit, atomically: it is created next to its final path and
 * moved there at the end. The commit is read back and compared.
 * @throws UsageError when the directory is not empty
 * @throws ExternalError
 * @throws the reason of the signal when the signal is aborted
 */
export async function makeRepository(draft: RepositoryDraft): Promise<NewRepository> {
  const { files, message, prepare, interruption } = draft;
  const { signal } = interruption;
  const place = resolve(draft.directory);
  await expectNothing(place);
  const madeParent = await mkdir(dirname(place), { recursive: true });
  const parent = await realpath(dirname(place));
  const repository = join(parent, basename(place));
  const temporary = join(parent, `.${basename(place)}.new-${randomUUID()}`);
  interruption.arm();
  try {
    await mkdir(temporary);
    for (const [path, file] of files) {
      signal.throwIfAborted();
      if (file.type === 'file') await writeInto(temporary, path, file.content);
    }
    const revision = await initRepository(temporary, { message });
    await compareWithCommit(temporary, revision, files);
    await prepare?.({ directory: temporary, revision, repository });
    signal.throwIfAborted();
    await rename(temporary, repository);
    return { directory: repository, revision };
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    if (madeParent !== undefined) await rm(madeParent, { recursive: true, force: true });
    // Ctrl-C also reaches git. Then report the interruption, not the failure of git.
    signal.throwIfAborted();
    throw error;
  }
}

/** @throws UsageError unless the place is empty or does not exist */
export async function expectNothing(place: string): Promise<void> {
  let isFree: boolean;
  try {
    isFree = (await lstat(place)).isDirectory() && (await readdir(place)).length === 0;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  if (!isFree) throw new UsageError(`${place} is not empty`, 'Specify a directory that does not exist yet.');
}

async function writeInto(root: string, path: string, content: Uint8Array): Promise<void> {
  if (path.split('/').some((step) => step === '' || step === '.' || step === '..')) {
    throw new Error(`a file of a new lab has the path ${JSON.stringify(path)}`);
  }
  const file = join(root, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content, { flag: 'wx' });
}

/** A global gitignore or converted line endings would change the lab. */
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
      hint: 'Check core.excludesFile, core.autocrlf and core.attributesFile in your git configuration.',
    });
  }
}
