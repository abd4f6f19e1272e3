import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A git command on a cache never holds a lock for this long. */
const staleMs = 10 * 60_000;

/**
 * Removes lock files that git left behind when the machine crashed, and with which it would refuse to work forever.
 * Only for a repository that no one else uses.
 */
export async function removeStaleLocks(directory: string): Promise<void> {
  for (const place of ['.', 'refs/lavaflow']) {
    const names = await readdir(join(directory, place)).catch(() => []);
    for (const name of names.filter((one) => one.endsWith('.lock'))) {
      const path = join(directory, place, name);
      const stats = await stat(path).catch(() => null);
      if (stats?.isFile() === true && Date.now() - stats.mtimeMs > staleMs) await rm(path, { force: true });
    }
  }
}
