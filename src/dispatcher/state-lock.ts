import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ExternalError } from '../diagnostics/index.js';
import { takeProcessLock } from '../host/index.js';

/**
 * Reserves a state directory for this process. The lock of a killed dispatcher is released automatically.
 * @returns a function that releases it
 * @throws ExternalError when another dispatcher uses the directory
 */
export async function lockState(directory: string): Promise<() => Promise<void>> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const taken = await takeProcessLock(join(directory, 'dispatcher'));
  if ('lock' in taken) return () => taken.lock.release();
  throw new ExternalError({
    what: 'use the state directory of a dispatcher',
    where: directory,
    why: `process ${taken.holder.pid} uses it`,
    retry: 'after-change',
    hint: 'Stop the other dispatcher, or use another state directory.',
  });
}
