import { chmodSync, closeSync, openSync, realpathSync, statSync } from 'node:fs';
import { hasCode } from '../../../host/index.js';

/** What SQLite and the lock create beside the database, with the permissions of the database or of the umask. */
const suffixes = ['', '-wal', '-shm', '-journal', '.lock'];

/**
 * Creates the files of a database that SQLite would create with the permissions of the umask, and makes all that exist
 * readable by their owner only.
 * @returns the path of the database without symbolic links, so that two names of a database have one lock
 * @throws what the operating system reports, also for a symbolic link without a target
 */
export function prepareFile(name: string): string {
  create(name);
  const file = realpathSync(name);
  create(`${file}.lock`);
  for (const suffix of suffixes) makePrivate(`${file}${suffix}`);
  return file;
}

/** Does not open a file that exists: closing it would release SQLite's locks on it in this process (fcntl(2)). */
function create(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  }
}

function makePrivate(file: string): void {
  try {
    if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
}
