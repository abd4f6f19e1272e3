import { constants, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';

/**
 * Reads a file that somebody else may have put there: it does not follow a link, and does not wait for the writer of a pipe.
 * @param accepts judges the file that was opened
 * @returns the content, which is null if it is not a regular file or is not accepted, and what was opened
 * @throws Error of the operating system
 */
export async function readRegular(
  file: string | Buffer,
  accepts: (status: Stats) => boolean,
): Promise<{ readonly content: Buffer | null; readonly status: Stats }> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const status = await handle.stat();
    const isAccepted = status.isFile() && accepts(status);
    return { content: isAccepted ? await handle.readFile() : null, status };
  } finally {
    await handle.close();
  }
}
