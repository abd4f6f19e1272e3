import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { Transform } from 'node:stream';
import { reasonOf } from '../../diagnostics/index.js';
import { isDiskFull } from '../../host/index.js';
import { diskFull, JobFailure } from '../failure.js';
import { mebibytes } from '../mebibytes.js';
import type { RunnableImage } from '../supported/runnable-job.js';
import type { Action, ActionRun } from '../pipeline/action.js';
import { guardSize, writeUnpacked } from './decompress.js';
import { checkDisk } from './disk-watch.js';
import { expectFreeSpace, watchFreeSpace } from './free-space.js';
import { tooLarge } from './limit-bytes.js';
import { openSource, showUrl } from './source.js';

/** LAVA tries to download an image up to three times. */
const maxTries = 3;

/** The actions that download one image to the job's directory. */
export function downloadImage(image: RunnableImage, folder: string): Action {
  const isLocal = image.url.protocol === 'file:';
  const directory = join(folder, image.label);
  const download: Action = {
    name: isLocal ? 'file-download' : 'http-download',
    summary: isLocal ? 'copy a local file' : 'download a file over http',
    timeoutType: 'Infrastructure',
    run: (run) => runDownload(run, image, directory),
    cleanup: async ({ data }) => {
      data.images.delete(image.label);
      await rm(directory, { recursive: true, force: true });
    },
  };
  return {
    name: 'download-retry',
    summary: 'download, with retries',
    retries: { maxTries },
    steps: [download],
  };
}

async function runDownload(run: ActionRun, image: RunnableImage, directory: string): Promise<void> {
  const { log } = run.job;
  const { signal } = run.scope;
  await mkdir(directory, { recursive: true });
  const file = join(directory, targetName(image));
  log.info(`downloading ${showUrl(image.url)}`);
  log.debug(`saving to ${file}`);
  const startMs = performance.now();
  run.scope.waitingFor = showUrl(image.url);
  const { limits, imageDirectories } = run.job.settings;
  const source = await openSource(image, imageDirectories, signal);
  let readError: Error | undefined;
  source.stream.on('error', (error) => {
    readError = error;
  });
  const isTooLarge = (source.sizeBytes ?? 0) > limits.downloadBytes;
  if (isTooLarge) {
    source.stream.destroy();
    throw tooLarge(showUrl(image.url), limits.downloadBytes, 'download_mib');
  }
  const sums = ['md5', 'sha256', 'sha512'].map((algorithm) => ({ algorithm, hash: createHash(algorithm) }));
  let sizeBytes = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sizeBytes += chunk.length;
      if (sizeBytes > limits.downloadBytes) {
        done(tooLarge(showUrl(image.url), limits.downloadBytes, 'download_mib'));
        return;
      }
      for (const { hash } of sums) hash.update(chunk);
      done(null, chunk);
    },
  });
  source.stream.on('error', (error) => measure.destroy(error));
  try {
    // A packed image needs at least as much as it has.
    await expectFreeSpace(directory, source.sizeBytes ?? 0, limits.freeDiskBytes);
    await writeUnpacked(source.stream.pipe(measure), file, image.compression, signal, [
      guardSize(limits.imageBytes),
      () => watchFreeSpace(directory, limits.freeDiskBytes),
    ]);
    await checkDisk(run.job.workDirectory, limits);
  } catch (error) {
    signal.throwIfAborted();
    // A program that gets only a part of the file reports something else, such as damaged data.
    if (readError !== undefined) {
      throw new JobFailure(source.blame, `cannot read ${showUrl(image.url)}: ${readError.message}`);
    }
    if (error instanceof JobFailure) throw error;
    if (isDiskFull(error)) throw diskFull(`there is no space for ${showUrl(image.url)}`);
    const why = reasonOf(error);
    throw new JobFailure('Infrastructure', `cannot store ${showUrl(image.url)}: ${why}`);
  } finally {
    source.stream.destroy();
  }
  const seconds = (performance.now() - startMs) / 1000;
  log.info(`${mebibytes(sizeBytes)} downloaded in ${seconds.toFixed(2)} s`);
  if (source.sizeBytes !== undefined && source.sizeBytes !== sizeBytes) {
    const message = `${showUrl(image.url)}: received ${sizeBytes} bytes, but ${source.sizeBytes} were announced`;
    throw new JobFailure(source.blame, message);
  }
  const found = new Map(sums.map(({ algorithm, hash }) => [algorithm, hash.digest('hex')]));
  checkSums(run, image, found);
  run.data.images.set(image.label, { file, imageArg: image.imageArg });
  run.report({
    label: image.label,
    size: sizeBytes,
    ...Object.fromEntries([...found].map(([algorithm, sum]) => [`${algorithm}sum`, sum])),
  });
}

function checkSums(run: ActionRun, image: RunnableImage, found: ReadonlyMap<string, string>): void {
  for (const [algorithm, expected] of image.checksums) {
    const actual = found.get(algorithm) ?? '';
    if (actual === expected) {
      run.report({ success: { [algorithm]: actual } });
      continue;
    }
    run.job.log.info(`${algorithm} of ${showUrl(image.url)} is ${actual}, the job expects ${expected}`);
    throw new JobFailure('Job', `${algorithm} of '${showUrl(image.url)}' does not match`);
  }
}

/** The name of a file is at most 255 bytes long. */
const maxNameLength = 200;

/**
 * The file name on the server, without the suffix of the compression. Options of QEMU contain it, so it has no commas and
 * nothing else that is special there.
 */
function targetName(image: RunnableImage): string {
  const name = basename(decoded(image.url.pathname));
  const suffix = extname(name);
  const bare = image.compression !== undefined && suffix !== '' ? name.slice(0, -suffix.length) : name;
  // A name of dots or slashes would point outside of the directory.
  const isUsable = !/^\.*$/.test(bare) && !bare.includes('/') && bare.length <= maxNameLength;
  return isUsable ? bare.replace(/[^\w.+-]/g, '_') : 'image';
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path; // a percent sign that is only that
  }
}
