import { join } from 'node:path';

import { UsageError } from '../../diagnostics/index.js';
import { takeProcessLock } from '../../host/index.js';

/**
 * Only one `lavaflow up` runs per lab.
 * @param stateRoot an existing directory
 * @returns a function that releases the lock
 * @throws UsageError when another one is running
 */
export async function lockUp(stateRoot: string): Promise<() => Promise<void>> {
  const taken = await takeProcessLock(join(stateRoot, 'up'));
  if ('lock' in taken) return () => taken.lock.release();
  throw new UsageError(
    `lavaflow up is already running for this lab (process ${taken.holder.pid})`,
    'Stop it first, or work in another clone.',
  );
}
