import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkerSettings } from '../../job/index.js';
import { JobFailure } from '../failure.js';
import type { RunnableDeploy } from '../supported/runnable-job.js';
import type { Action } from '../pipeline/action.js';
import { missingProgram } from './decompress.js';
import { downloadImage } from './download.js';
import { tooLarge } from './limit-bytes.js';
import { probeSource } from './source.js';

/** `deploy: {to: tmpfs}`: downloads each image to a directory of the job. */
export function deployImages(block: RunnableDeploy, workDirectory: string, index: number): Action {
  const folder = join(workDirectory, `deploy-${index}`);
  return {
    name: 'deployimages',
    summary: 'deploy images',
    before: async () => {
      await mkdir(folder, { recursive: true });
    },
    steps: block.images.map((image) => downloadImage(image, folder)),
  };
}

/** Checks for everything that prevents the downloads, before any of them starts. */
export async function checkImages(
  block: RunnableDeploy,
  path: string,
  { imageDirectories, limits }: WorkerSettings,
  signal: AbortSignal,
): Promise<string[]> {
  const found = await Promise.all(
    block.images.map(async (image) => {
      const place = `${path}.images.${image.label}`;
      const problems: string[] = [];
      const program = missingProgram(image.compression);
      if (program !== undefined)
        problems.push(`${place}: this worker has no '${program}' to unpack the image`);
      try {
        const sizeBytes = await probeSource(image, imageDirectories, signal);
        if (sizeBytes !== undefined && sizeBytes > limits.downloadBytes) {
          throw tooLarge('the image', limits.downloadBytes, 'download_mib');
        }
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof JobFailure)) throw error;
        problems.push(`${place}.url: ${error.message}`);
      }
      return problems;
    }),
  );
  return found.flat();
}
