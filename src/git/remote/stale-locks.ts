import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** No git command on a cache takes this long with a lock in its hands. */
const staleMs = 10 * 60_000;

/**
 * Removes lock files that a git left behind when the machine went down: it would refuse to work for ever.
 * Only for a repository that is ours alone.
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
