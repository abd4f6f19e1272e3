/**
 * A lock that one process of this machine holds as long as it lives.
 *
 *   free     there is no file (numbered-files.ts), or the highest one says `released`
 *   held     the highest file names a process that lives
 *   stale    that process is gone, or the machine went down while the file was written
 *
 * free or stale -> held: by making the next number. held -> free: its owner releases it. held -> stale: its owner
 * dies. Nothing expires: a process that is stopped for a while still holds its lock.
 */
import { identify, isAlive, type ProcessIdentity } from '../process/identity.js';
import { readIfThere } from '../files/read-if-there.js';
import { replaceFile } from '../files/durable-file.js';
import { highestNumber, makeNumber, numbered } from './numbered-files.js';

export interface ProcessLock {
  release(): Promise<void>;
}

/**
 * @param base path of the lock's files without `.lock.N`; its directory exists
 * @returns the lock, or the living process that holds it
 * @throws the system's error
 */
export async function takeProcessLock(
  base: string,
): Promise<{ readonly lock: ProcessLock } | { readonly holder: ProcessIdentity }> {
  const me = identify(process.pid);
  if (me === null) throw new Error('/proc does not show this process');
  for (;;) {
    const number = await highestNumber(base);
    const holder = holderIn(number === 0 ? null : await readIfThere(numbered(base, number)));
    if (holder !== null && isAlive(holder)) return { holder };
    const mine = number + 1;
    // When another process was faster, the next look finds it.
    if (!(await makeNumber(base, mine, `${JSON.stringify(me)}\n`))) continue;
    const released = `${JSON.stringify({ ...me, released: true })}\n`;
    return { lock: { release: () => replaceFile(numbered(base, mine), released, { durable: false }) } };
  }
}

/** Null when nobody holds it. */
function holderIn(text: string | null): ProcessIdentity | null {
  if (text === null) return null;
  let value: Partial<ProcessIdentity & { released: boolean }> | null;
  try {
    value = JSON.parse(text) as typeof value;
  } catch {
    // Files appear whole, unless the machine goes down: then the owner is gone too.
    return null;
  }
  const { pid, startTime, bootId, released } = value ?? {};
  if (released === true || pid === undefined || startTime === undefined || bootId === undefined) return null;
  return { pid, startTime, bootId };
}
