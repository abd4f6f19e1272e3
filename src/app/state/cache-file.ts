import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf, readRegular, replaceFile } from '../../host/index.js';
import type { StateDirectory } from './state-directory.js';

/** Null unless it is a readable regular file of moderate size that only our user can write. */
export async function readCache(file: string, maxBytes: number): Promise<Buffer | null> {
  try {
    const { content } = await readRegular(
      file,
      ({ uid, mode, size }) => uid === process.getuid?.() && (mode & 0o022) === 0 && size <= maxBytes,
    );
    return content;
  } catch (error) {
    if (codeOf(error) !== undefined) return null;
    throw error;
  }
}

/**
 * Does nothing where lavaflow keeps no state, or where it may not write: a cache is not worth a failure.
 * @param file below the state directory
 */
export async function writeCache(
  state: StateDirectory,
  file: string,
  content: string | Uint8Array,
): Promise<void> {
  if (!existsSync(state.root)) return;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await replaceFile(file, content, { durable: false });
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
  }
}
