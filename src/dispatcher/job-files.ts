/**
 * Files that a job may have written. It may run as another user than the dispatcher, so that what it puts in its directory
 * must not lead the dispatcher to a file that the job itself cannot read.
 */
import { chmod, chown } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode, readRegular } from '../host/index.js';
import type { JobUser } from './isolation/isolation.js';

const maxBytes = 64 * 2 ** 20;

/** The text of a regular file of a job; null if there is none, or if it is a link or too large. */
export async function readJobFile(path: string): Promise<string | null> {
  try {
    // A second name could be that of a file which the job cannot read.
    const { content } = await readRegular(path, ({ nlink, size }) => nlink === 1 && size <= maxBytes);
    return content?.toString('utf8') ?? null;
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ELOOP', 'ENXIO')) return null;
    throw error;
  }
}

interface SharedFiles {
  /** The job may read them. */
  readonly readable: readonly string[];
  /** The job may change their content, and not replace them. */
  readonly writable: readonly string[];
  /** The job may delete them. */
  readonly own: readonly string[];
}

/**
 * Lets the user of a job use a directory that belongs to root: create files in it, but not replace or delete those of the
 * dispatcher (sticky bit).
 */
export async function shareWithJob(directory: string, user: JobUser, files: SharedFiles): Promise<void> {
  const { uid, gid } = user;
  for (const [names, mode] of [
    [files.readable, 0o640],
    [files.writable, 0o660],
  ] as const) {
    for (const name of names) {
      await chown(join(directory, name), 0, gid);
      await chmod(join(directory, name), mode);
    }
  }
  for (const name of files.own) await chown(join(directory, name), uid, gid);
  await chown(directory, 0, gid);
  await chmod(directory, 0o1770);
}
