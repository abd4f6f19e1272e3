import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isRunning } from '../../../host/index.js';

const prefix = 'lavaflow-gateway-';

/**
 * Makes the directory (mode 0700) in which the gateway's inner sockets lie, and removes those that killed gateways left
 * behind. @param parent a short path: a socket's path may have no more than 107 bytes
 */
export async function makeSocketDirectory(parent: string): Promise<string> {
  for (const name of await readdir(parent)) {
    const pid = new RegExp(`^${prefix}([0-9]+)-`).exec(name)?.[1];
    if (pid === undefined || isRunning(Number(pid))) continue;
    // Another user's is not ours to remove.
    await rm(join(parent, name), { recursive: true, force: true }).catch(() => undefined);
  }
  return await mkdtemp(join(parent, `${prefix}${process.pid}-`));
}
