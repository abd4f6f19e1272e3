/**
 * Files that are complete or absent, even after a crash of the machine.
 *
 * New content is written to a temporary file beside the target, synced, and renamed onto the target. Then the directory
 * is synced, which makes the rename durable (rename(2), fsync(2)). The temporary file is created exclusively under a
 * random name: processes, containers and hosts that share a directory never write to the same one, and a file or link
 * that someone else has put there is never written through.
 *
 * These functions throw the errors of the operating system. Their callers know what they tried, and report it.
 */
import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface ReplaceOptions {
  /** Mode of the file before the umask. Default: 0o600 (readable by its owner only). */
  readonly mode?: number;
  /**
   * Whether the content must survive a crash of the machine. Default: true. False saves two syncs where the next run
   * writes the file again anyway. In both cases readers see either the old or the new content.
   */
  readonly durable?: boolean;
  /** Called immediately before the rename; throws to reject the write. */
  readonly guard?: () => void;
}

const privateMode = 0o600;

/** Replaces or creates a file. If that fails, no temporary file is left behind. */
export async function replaceFile(
  file: string,
  content: string | Uint8Array,
  options: ReplaceOptions = {},
): Promise<void> {
  const { mode = privateMode, durable = true, guard } = options;
  const temporary = await writeTemporary(file, content, { mode, durable });
  try {
    guard?.();
    renameSync(temporary, file);
    if (durable) await syncDirectory(dirname(file));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Synchronous `replaceFile`, for callers that must write the file before they return to the event loop. */
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
 * Creates a file and syncs it. The caller syncs the directory once, after creating all files in it.
 * @throws EEXIST when the file exists; it stays unchanged
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

/** Removes a file durably, if it exists. @param guard as in `ReplaceOptions` */
export async function removeDurably(file: string, guard?: () => void): Promise<void> {
  guard?.();
  rmSync(file, { force: true });
  await syncDirectory(dirname(file));
}

/**
 * Writes a complete file beside `file`, to be renamed or linked onto it.
 * @returns its path, which ends in `.tmp` (`sweepTemporaries`)
 */
export async function writeTemporary(
  file: string,
  content: string | Uint8Array,
  { mode = privateMode, durable = true }: Pick<ReplaceOptions, 'mode' | 'durable'> = {},
): Promise<string> {
  const temporary = temporaryName(file);
  try {
    const handle = await open(temporary, 'wx', mode);
    try {
      await handle.writeFile(content);
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

/** Makes changes of a directory durable: files that were created, renamed or removed in it. */
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
