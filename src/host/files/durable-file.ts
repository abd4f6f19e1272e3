/**
 * Files that are complete or absent, even after a crash of the machine.
 *
 * A new content is written to a file of its own beside the target, synced, and renamed onto the target; then the
 * directory is synced, because the rename is only durable then (rename(2), fsync(2)). The temporary file is created
 * exclusively under a random name: processes, containers and hosts that share a directory never meet in it, and a file
 * or link that someone has put there is never written through.
 *
 * These functions throw the system's errors. Their callers know what they tried, and report it.
 */
import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface ReplaceOptions {
  /** Mode of the file, before the umask. Default 0o600: readable by its owner only. */
  readonly mode?: number;
  /**
   * Whether the content must survive a crash of the machine. Default true; false saves two syncs where the next run
   * writes the file again anyway. Readers see the old or the new content either way.
   */
  readonly durable?: boolean;
  /** Called immediately before the rename, with nothing in between; throws to refuse the write. */
  readonly guard?: () => void;
}

const privateMode = 0o600;

/** Replaces a file, or creates it. When that fails, no temporary file is left. */
export async function replaceFile(file: string, text: string, options: ReplaceOptions = {}): Promise<void> {
  const { mode = privateMode, durable = true, guard } = options;
  const temporary = await writeTemporary(file, text, { mode, durable });
  try {
    guard?.();
    renameSync(temporary, file);
    if (durable) await syncDirectory(dirname(file));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** `replaceFile` for callers that must have written the file before they return to the event loop. */
export function replaceFileSync(
  file: string,
  text: string,
  { mode = privateMode }: { mode?: number } = {},
): void {
  const temporary = temporaryName(file);
  try {
    const descriptor = openSync(temporary, 'wx', mode);
    try {
      writeFileSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, file);
    syncDirectorySync(dirname(file));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/**
 * Creates a file and syncs it. The caller syncs the directory, once for all files that it creates there.
 * @throws EEXIST when there is one already; it is left as it is
 */
export async function createFile(file: string, text: string, mode = privateMode): Promise<void> {
  const handle = await open(file, 'wx', mode);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

/** Removes a file durably, if it is there. @param guard as in `ReplaceOptions` */
export async function removeDurably(file: string, guard?: () => void): Promise<void> {
  guard?.();
  rmSync(file, { force: true });
  await syncDirectory(dirname(file));
}

/**
 * Writes a complete file beside `file`, for a rename or a link onto it.
 * @returns its path, which ends in `.tmp` (`sweepTemporaries`)
 */
export async function writeTemporary(
  file: string,
  text: string,
  { mode = privateMode, durable = true }: Pick<ReplaceOptions, 'mode' | 'durable'> = {},
): Promise<string> {
  const temporary = temporaryName(file);
  try {
    const handle = await open(temporary, 'wx', mode);
    try {
      await handle.writeFile(text);
      if (durable) await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  return temporary;
}

/** Makes the names in a directory durable: files that were created, renamed or removed in it. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function syncDirectorySync(directory: string): void {
  const descriptor = openSync(directory, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function temporaryName(file: string): string {
  return `${file}.${randomUUID()}.tmp`;
}
