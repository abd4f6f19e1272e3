import { Transform } from 'node:stream';
import { JobFailure } from '../failure.js';

/** The maximum size of an image, packed or unpacked. A decompression bomb must not fill the worker's disk. */
export const maxImageBytes = 32 * 2 ** 30;

/** Passes bytes through, and fails with a JobFailure (Job) if there are more than `maxBytes`. */
export function limitBytes(maxBytes: number): Transform {
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      if (seen <= maxBytes) done(null, chunk);
      else done(new JobFailure('Job', `the image is larger than ${(maxBytes / 2 ** 30).toFixed(1)} GiB`));
    },
  });
}
