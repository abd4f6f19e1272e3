/**
 * A lock that one process on this machine holds for as long as it lives.
 *
 *   free     no file exists (numbered-files.ts), or the highest one is marked `released`
 *   held     the highest file names a running process
 *   stale    that process has ended, or the machine crashed while the file was being written
 *
 * free or stale -> held: a process creates the next number. held -> free: the owner releases it. held -> stale: the
 * owner dies. Nothing expires: a process that is suspended still holds its lock.
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
 * @returns the lock, or the running process that holds it
 * @throws what the operating system reports
 */
export async function takeProcessLock(
  base: string,
): Promise<{ readonly lock: ProcessLock } | { readonly holder: ProcessIdentity }> {
  const me = identify(process.pid);
  if (me === null) throw new Error('this process is not in /proc');
  for (;;) {
    const number = await highestNumber(base);
    const holder = holderIn(number === 0 ? null : await readIfThere(numbered(base, number)));
    if (holder !== null && isAlive(holder)) return { holder };
    const mine = number + 1;
    // If another process was faster, the next iteration finds it.
    if (!(await makeNumber(base, mine, `${JSON.stringify(me)}\n`))) continue;
    const released = `${JSON.stringify({ ...me, released: true })}\n`;
    return { lock: { release: () => replaceFile(numbered(base, mine), released, { durable: false }) } };
  }
}

/** Null if no process holds it. */
function holderIn(text: string | null): ProcessIdentity | null {
  if (text === null) return null;
  let value: Partial<ProcessIdentity & { released: boolean }> | null;
  try {
    value = JSON.parse(text) as typeof value;
  } catch {
    // Files appear complete unless the machine crashes, and then the owner is gone too.
    return null;
  }
  const { pid, startTime, bootId, released } = value ?? {};
  if (released === true || pid === undefined || startTime === undefined || bootId === undefined) return null;
  return { pid, startTime, bootId };
}
