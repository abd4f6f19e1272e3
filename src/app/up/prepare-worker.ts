import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { createCertificate } from '../../wire/index.js';
import type { StateDirectory } from '../state/index.js';

/**
 * Creates the key pair of the worker that `up` runs, once. Stores the public key in the lab like that of every other
 * worker, but in a layer of this machine that is not committed. The next apply sends it to the master.
 * @returns the file with the secret key
 */
export async function prepareWorker(state: StateDirectory, worker: string): Promise<string> {
  const directory = join(state.dispatcher, 'certificates');
  const secretFile = join(directory, `${worker}.key_secret`);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (!existsSync(secretFile)) await createCertificate(directory, worker);
  const layerDirectory = join(state.layer, 'workers', worker);
  mkdirSync(layerDirectory, { recursive: true });
  copyFileSync(join(directory, `${worker}.key`), join(layerDirectory, 'certificate.key'));
  return secretFile;
}
