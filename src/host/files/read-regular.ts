import { constants, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';

/**
 * Reads a file that somebody else may have put there: it does not follow a link, and does not wait for the writer of a pipe.
 * @param accepts looks at the file that was opened
 * @returns null if it is not a regular file, or is not accepted
 * @throws Error of the operating system
 */
export async function readRegular(file: string, accepts: (status: Stats) => boolean): Promise<Buffer | null> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const status = await handle.stat();
    return status.isFile() && accepts(status) ? await handle.readFile() : null;
  } finally {
    await handle.close();
  }
}
