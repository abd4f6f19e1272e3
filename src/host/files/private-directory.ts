import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { hasCode } from '../errno.js';

/**
 * Creates a directory for state, readable by its owner alone. If the first directory that it has to create is hidden, such
 * as `.lavaflow` in a lab, that one gets a `.gitignore`, so that git shows nothing of it.
 */
export async function makePrivateDirectory(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 });
  if (first === undefined || !basename(first).startsWith('.')) return;
  try {
    await writeFile(join(first, '.gitignore'), '*\n', { flag: 'wx' });
  } catch (error) {
    // Two processes may create it at the same time.
    if (!hasCode(error, 'EEXIST')) throw error;
  }
}
