import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isRunning } from '../../../host/index.js';

const prefix = 'lavaflow-gateway-';

/**
 * Creates the directory (mode 0700) of the gateway's inner sockets, and removes directories that killed gateways left
 * behind.
 * @param parent a short path: the path of a socket may have at most 107 bytes
 */
export async function makeSocketDirectory(parent: string): Promise<string> {
  for (const name of await readdir(parent)) {
    const pid = new RegExp(`^${prefix}([0-9]+)-`).exec(name)?.[1];
    if (pid === undefined || isRunning(Number(pid))) continue;
    // Directories of other users are not ours to remove.
    await rm(join(parent, name), { recursive: true, force: true }).catch(() => undefined);
  }
  return await mkdtemp(join(parent, `${prefix}${process.pid}-`));
}
