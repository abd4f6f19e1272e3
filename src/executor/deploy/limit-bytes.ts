import { Transform } from 'node:stream';
import { JobFailure } from '../failure.js';

/** No image may be larger, packed or unpacked: what unpacks without end must not fill the worker's disk. */
export const maxImageBytes = 32 * 2 ** 30;

/** Passes bytes on, and fails (JobFailure, Job) when there are more than `maxBytes`. */
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
