import { readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { hasCode } from '../errno.js';

/**
 * Removes temporary files that killed processes left behind (`writeTemporary`).
 * @param base path of the files without the last extensions: `DIR/main` for `DIR/main.json.RANDOM.tmp`
 * @param olderThanMs younger files may be in use
 * @throws what the operating system reports
 */
export async function sweepTemporaries(base: string, olderThanMs: number): Promise<void> {
  const directory = dirname(base);
  for (const name of await readdir(directory)) {
    if (!name.startsWith(`${basename(base)}.`) || !name.endsWith('.tmp')) continue;
    const file = join(directory, name);
    try {
      const { mtimeMs } = await stat(file);
      if (mtimeMs + olderThanMs < Date.now()) await rm(file, { force: true });
    } catch (error) {
      // Another process has just renamed or removed its temporary file.
      if (!hasCode(error, 'ENOENT')) throw error;
    }
  }
}
