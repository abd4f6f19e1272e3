import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ExternalError } from '../diagnostics/index.js';
import { hasCode, readIfThere } from '../host/index.js';
import { identify, isAlive, type ProcessIdentity } from './processes.js';

/**
 * Takes a state directory for this process alone; one that died with it does not hold it.
 * @returns gives it back
 * @throws ExternalError when another dispatcher has it
 */
export async function lockState(directory: string): Promise<() => Promise<void>> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const file = join(directory, 'lock');
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (await tryLock(file)) return () => rm(file, { force: true });
    const owner = ownerIn(await readIfThere(file));
    if (owner !== null && (await isAlive(owner))) throw taken(directory, `process ${owner.pid} uses it`);
    await rm(file, { force: true });
  }
  throw taken(directory, 'others take it at the same time');
}

async function tryLock(file: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx', 0o600);
    await handle.writeFile(JSON.stringify(await identify(process.pid)));
    await handle.close();
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

function ownerIn(text: string | null): ProcessIdentity | null {
  try {
    return text === null ? null : (JSON.parse(text) as ProcessIdentity | null);
  } catch {
    // Its owner was killed while it wrote.
    return null;
  }
}

function taken(directory: string, why: string): ExternalError {
  return new ExternalError({
    what: 'use the state directory of a dispatcher',
    where: directory,
    why,
    retry: 'after-change',
    hint: 'Stop the other dispatcher, or give this one a directory of its own.',
  });
}
