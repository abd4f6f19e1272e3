import { mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ControllerStatus } from './status.js';

export interface StatusFile {
  /** Writes in the background; of several values only the newest. */
  write(status: ControllerStatus): void;
  /** Resolves when the newest value is on disk. */
  close(): Promise<void>;
}

/**
 * The status as a JSON file that is replaced atomically: whoever reads it sees one status or the next.
 * @param onError a status that cannot be written does not stop the controller
 */
export function openStatusFile(path: string, onError: (error: unknown) => void): StatusFile {
  let pending: ControllerStatus | null = null;
  let writing: Promise<void> | null = null;

  async function drain(): Promise<void> {
    try {
      await mkdir(dirname(path), { recursive: true });
      while (pending !== null) {
        const status = pending;
        pending = null;
        await replaceFile(path, `${JSON.stringify(status, null, 2)}\n`);
      }
    } catch (error) {
      onError(error);
    } finally {
      writing = null;
    }
  }

  return {
    write(status) {
      pending = status;
      writing ??= drain();
    },
    async close() {
      while (writing !== null) await writing;
    },
  };
}

async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  const handle = await open(temporary, 'w', 0o600);
  try {
    await handle.writeFile(text);
  } finally {
    await handle.close();
  }
  await rename(temporary, path);
}
