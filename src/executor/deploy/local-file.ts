import { constants } from 'node:fs';
import { open, readlink, realpath, type FileHandle } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { JobFailure } from '../failure.js';

/**
 * Opens a local image. A job may read only regular files in the worker's image directories, wherever links and `..` lead:
 * the executor may be able to read much more than the person who submitted the job.
 * @param directories absolute paths
 * @throws JobFailure (Job) when the file is somewhere else, does not exist or is not a regular file
 */
export async function openLocalImage(
  url: URL,
  directories: readonly string[],
): Promise<{ readonly handle: FileHandle; readonly sizeBytes: number }> {
  const path = pathOf(url);
  const roots = await Promise.all(directories.map((directory) => realpath(directory).catch(() => null)));
  const allowed = roots.filter((root) => root !== null);
  const real = await realpath(path).catch(() => null);
  // A path outside gets the same message whether it exists or not.
  const place = real ?? resolve(path);
  if (!isInside(place, real === null ? [...allowed, ...directories] : allowed)) {
    throw new JobFailure('Job', notServed(path, directories));
  }
  // Without O_NONBLOCK, opening a named pipe would wait for a writer.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY).catch(
    () => null,
  );
  if (handle === null) throw new JobFailure('Job', `the image ${path} does not exist or cannot be read`);
  try {
    // A link may have changed in the meantime.
    const opened = await readlink(`/proc/self/fd/${handle.fd}`);
    if (!isInside(opened, allowed)) throw new JobFailure('Job', notServed(path, directories));
    const found = await handle.stat();
    if (!found.isFile()) throw new JobFailure('Job', `${path} is not a file`);
    return { handle, sizeBytes: found.size };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function pathOf(url: URL): string {
  let path: string;
  try {
    path = fileURLToPath(url);
  } catch {
    throw new JobFailure('Job', `${url.href} is not the path of a file`);
  }
  if (path.includes('\0')) throw new JobFailure('Job', `${url.href} is not the path of a file`);
  return path;
}

function isInside(path: string, directories: readonly string[]): boolean {
  return directories.some((directory) =>
    path.startsWith(directory.endsWith(sep) ? directory : directory + sep),
  );
}

function notServed(path: string, directories: readonly string[]): string {
  const served = directories.length === 0 ? 'no files' : `only files in ${directories.join(', ')}`;
  return `jobs may not read ${path}: this worker serves ${served} (image_directories in its dispatcher.yaml)`;
}
