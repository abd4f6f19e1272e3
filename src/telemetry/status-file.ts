import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ControllerStatus, StatusFile } from '../controller/index.js';
import { replaceFile } from '../host/index.js';

/**
 * The controller's status as a JSON file that is replaced atomically: a reader sees one status or the next.
 *
 * resting -> writing -> resting. What is written while it writes waits; of several values only the newest.
 * @param path its directory is made when the first status is written
 * @param onError called for each status that cannot be written: that does not stop the controller
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
        // After a crash of the machine the controller writes it again.
        await replaceFile(path, `${JSON.stringify(status, null, 2)}\n`, { durable: false });
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
