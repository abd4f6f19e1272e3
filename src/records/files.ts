import { readdir } from 'node:fs/promises';

import { ExternalError, reasonOf } from '../diagnostics/index.js';
import * as host from '../host/index.js';

/** Records contain only digests, names and revisions. Still, only their owner may read them. */
export async function makeDirectory(directory: string): Promise<void> {
  await attempt('create the directory of records', directory, () => host.makePrivateDirectory(directory));
}

/** Null if the file does not exist. */
export async function readText(file: string): Promise<string | null> {
  return await attempt('read a record', file, () => host.readIfThere(file));
}

/** The names in a directory; none if it does not exist. */
export async function listNames(directory: string): Promise<readonly string[]> {
  return await attempt('list the records', directory, async () => {
    try {
      return await readdir(directory);
    } catch (error) {
      if (host.codeOf(error) === 'ENOENT') return [];
      throw error;
    }
  });
}

/** @param guard may reject the write immediately before it takes effect; its error is thrown */
export async function replaceFile(file: string, text: string, guard?: () => void): Promise<void> {
  const options = guard === undefined ? {} : { guard };
  await attempt('write a record', file, () => host.replaceFile(file, text, options));
}

/** @param guard as for `replaceFile` */
export async function removeDurably(file: string, guard: () => void): Promise<void> {
  await attempt('remove', file, () => host.removeDurably(file, guard));
}

/** Removes temporary files that killed processes left behind. */
export async function sweepTemporaries(base: string, olderThanMs: number): Promise<void> {
  await attempt('remove temporary files', base, () => host.sweepTemporaries(base, olderThanMs));
}

/** @throws ExternalError */
export async function attempt<T>(what: string, where: string, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    throw fileError(what, where, error);
  }
}

export function fileError(what: string, where: string, error: unknown): ExternalError {
  if (error instanceof ExternalError) return error;
  const why = reasonOf(error);
  return new ExternalError({ what, where, why, retry: 'after-change', cause: error });
}
