import { mkdir } from 'node:fs/promises';

import { ExternalError, reasonOf } from '../diagnostics/index.js';
import * as host from '../host/index.js';

/** Records hold digests, names and revisions. Still, only their owner may read them. */
const directoryMode = 0o700;

export async function makeDirectory(directory: string): Promise<void> {
  await attempt('make the directory of records', directory, () =>
    mkdir(directory, { recursive: true, mode: directoryMode }),
  );
}

/** Null when there is no such file. */
export async function readText(file: string): Promise<string | null> {
  return await attempt('read a record', file, () => host.readIfThere(file));
}

/** @param guard may refuse the write immediately before it takes effect; what it throws is thrown */
export async function replaceFile(file: string, text: string, guard?: () => void): Promise<void> {
  const options = guard === undefined ? {} : { guard };
  await attempt('write a record', file, () => host.replaceFile(file, text, options));
}

/** @param guard as for `replaceFile` */
export async function removeDurably(file: string, guard: () => void): Promise<void> {
  await attempt('remove', file, () => host.removeDurably(file, guard));
}

/** Removes what killed processes left behind. */
export async function sweepTemporaries(base: string, olderThanMs: number): Promise<void> {
  await attempt('tidy up', base, () => host.sweepTemporaries(base, olderThanMs));
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
