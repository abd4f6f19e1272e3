import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ExternalError } from '../diagnostics/index.js';
import { takeProcessLock } from '../host/index.js';

/**
 * Reserves a state directory for this process. A dispatcher that was killed does not hold it any more.
 * @returns the function that gives it back
 * @throws ExternalError when another dispatcher uses it
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
    hint: 'Stop the other dispatcher, or give this one a directory of its own.',
  });
}
