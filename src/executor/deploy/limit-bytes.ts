import { Transform } from 'node:stream';
import { JobFailure } from '../failure.js';
import { mebibytes } from '../mebibytes.js';

/**
 * Passes bytes through, and fails with a JobFailure (Job) if there are more than `maxBytes`.
 * @param what `the unpacked image`
 * @param setting the key of the limit in the worker's dispatcher.yaml
 */
export function limitBytes(maxBytes: number, what: string, setting: string): Transform {
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      if (seen <= maxBytes) done(null, chunk);
      else done(tooLarge(what, maxBytes, setting));
    },
  });
}

export function tooLarge(what: string, maxBytes: number, setting: string): JobFailure {
  const message = `${what} is larger than ${mebibytes(maxBytes)} (${setting} in the worker's dispatcher.yaml)`;
  // It would be as large the next time.
  return new JobFailure('Job', message, { isFinal: true });
}
