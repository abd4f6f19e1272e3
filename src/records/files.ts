import { randomUUID } from 'node:crypto';
import { renameSync, rmSync } from 'node:fs';
import { mkdir, open, readdir, readFile, stat, unlink } from 'node:fs/promises';
import path from 'node:path';

import { ExternalError, reasonOf } from '../diagnostics/index.js';

/** Records hold digests, names and revisions; still, they are nobody else's business. */
const fileMode = 0o600;
const directoryMode = 0o700;

export async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: directoryMode });
  } catch (error) {
    throw fileError('make the directory of records', directory, error);
  }
}

/** Null when there is no such file. */
export async function readText(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null;
    throw fileError('read a record', file, error);
  }
}

/**
 * After a crash at any point there is the old content or the new one, whole.
 * @param guard may refuse at the last moment; what it throws is thrown
 */
export async function replaceFile(file: string, text: string, guard?: () => void): Promise<void> {
  const temporary = await writeTemporary(file, text);
  try {
    guard?.();
    // Nothing comes between the two.
    renameSync(temporary, file);
    await syncDirectory(path.dirname(file));
  } catch (error) {
    await removeFile(temporary);
    throw fileError('write a record', file, error);
  }
}

/** Gone afterwards, durably; also when it was not there. @param guard as for `replaceFile` */
export async function removeDurably(file: string, guard: () => void): Promise<void> {
  guard();
  try {
    // At once, as in `replaceFile`.
    rmSync(file, { force: true });
    await syncDirectory(path.dirname(file));
  } catch (error) {
    throw fileError('remove', file, error);
  }
}

/** A complete, synced file beside `file`, under a name of its own. */
export async function writeTemporary(file: string, text: string): Promise<string> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    const handle = await open(temporary, 'wx', fileMode);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    await removeFile(temporary);
    throw fileError('write a record', file, error);
  }
  return temporary;
}

/** Removes what killed processes left behind: temporary files of this base that nobody has touched for a while. */
export async function sweepTemporaries(base: string, olderThanMs: number): Promise<void> {
  const directory = path.dirname(base);
  try {
    for (const name of await readdir(directory)) {
      if (!name.startsWith(`${path.basename(base)}.`) || !name.endsWith('.tmp')) continue;
      const file = path.join(directory, name);
      const { mtimeMs } = await stat(file);
      if (mtimeMs + olderThanMs < Date.now()) await removeFile(file);
    }
  } catch (error) {
    // Another process that waits for the lock has just used up its own.
    if (!isCode(error, 'ENOENT')) throw fileError('tidy up', directory, error);
  }
}

export async function removeFile(file: string): Promise<void> {
  try {
    await unlink(file);
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw fileError('remove', file, error);
  }
}

export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

export function fileError(what: string, where: string, error: unknown): ExternalError {
  if (error instanceof ExternalError) return error;
  const why = reasonOf(error);
  return new ExternalError({ what, where, why, retry: 'after-change', cause: error });
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
