import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobLimits } from '../../job/index.js';
import { hasCode } from '../../host/index.js';
import { JobFailure, toFailure } from '../failure.js';
import { mebibytes } from '../mebibytes.js';
import { expectFreeSpace } from './free-space.js';

const intervalMs = 1000;

/**
 * Checks once per second how much a job stores in a directory, and how much is free there: a guest can let its disk grow
 * after it was deployed. Reports the first failure once.
 * @returns stops checking
 */
export function watchDisk(
  directory: string,
  limits: JobLimits,
  onFailure: (failure: JobFailure) => void,
): () => void {
  let isBusy = false;
  const timer = setInterval(() => {
    if (isBusy) return;
    isBusy = true;
    void checkDisk(directory, limits)
      .catch((error: unknown) => {
        clearInterval(timer);
        onFailure(toFailure(error));
      })
      .finally(() => {
        isBusy = false;
      });
  }, intervalMs);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}

/** @throws JobFailure: Job when the job uses more than its limit, Infrastructure when the disk is full */
export async function checkDisk(directory: string, limits: JobLimits): Promise<void> {
  const usedBytes = await sizeOf(directory);
  if (usedBytes > limits.diskBytes) {
    throw new JobFailure(
      'Job',
      `the job stores ${mebibytes(usedBytes)} on the worker, more than ${mebibytes(limits.diskBytes)} (disk_mib in its dispatcher.yaml)`,
    );
  }
  await expectFreeSpace(directory, 0, limits.freeDiskBytes);
}

/** Number of bytes that all files below a directory occupy. A file that disappears meanwhile counts as 0. */
async function sizeOf(directory: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    try {
      if (entry.isDirectory()) bytes += await sizeOf(path);
      else if (entry.isFile()) bytes += (await stat(path)).blocks * 512;
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw error;
    }
  }
  return bytes;
}
