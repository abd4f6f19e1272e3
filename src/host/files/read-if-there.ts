import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { hasCode } from '../errno.js';

/**
 * The text of a file, read as UTF-8; null when there is no such file.
 * @throws the system's error for a file that cannot be read: what cannot be read is not absent
 */
export async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

/** `readIfThere` for callers that cannot wait. */
export function readIfThereSync(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}
