import { open, type FileHandle } from 'node:fs/promises';
import { hasCode } from '../host/index.js';

/** The text of the last bytes of a file of any size; empty if it does not exist. */
export async function readTextEnd(file: string, mostBytes: number): Promise<string> {
  let handle: FileHandle;
  try {
    handle = await open(file, 'r');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return '';
    throw error;
  }
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, mostBytes);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
