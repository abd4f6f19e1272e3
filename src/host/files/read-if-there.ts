import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { hasCode } from '../errno.js';

/**
 * The text of a file, read as UTF-8; null if it does not exist.
 * @throws what the operating system reports if the file exists but cannot be read
 */
export async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

/** Synchronous `readIfThere`. */
export function readIfThereSync(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}
