import { statfs } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { diskFull } from '../failure.js';
import { mebibytes } from '../mebibytes.js';

/** How much may be written before free space is checked again. */
const checkedBytes = 32 * 2 ** 20;

/**
 * @param neededBytes what is about to be written
 * @param reservedBytes what must stay free
 * @throws JobFailure (Infrastructure) when the disk has less
 */
export async function expectFreeSpace(
  directory: string,
  neededBytes: number,
  reservedBytes: number,
): Promise<void> {
  const { bavail, bsize } = await statfs(directory);
  const freeBytes = bavail * bsize;
  if (freeBytes - neededBytes >= reservedBytes) return;
  throw diskFull(
    `${mebibytes(freeBytes)} are free, ${mebibytes(neededBytes)} are needed, ` +
      `and ${mebibytes(reservedBytes)} must stay free`,
  );
}

/** Passes bytes through, and fails like `expectFreeSpace` when the disk gets full. */
export function watchFreeSpace(directory: string, reservedBytes: number): Transform {
  let unchecked = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      unchecked += chunk.length;
      if (unchecked < checkedBytes) {
        done(null, chunk);
        return;
      }
      unchecked = 0;
      expectFreeSpace(directory, 0, reservedBytes).then(
        () => {
          done(null, chunk);
        },
        (error: unknown) => {
          done(error instanceof Error ? error : new Error(String(error)));
        },
      );
    },
  });
}
