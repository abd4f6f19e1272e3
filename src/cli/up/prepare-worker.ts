import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { createCertificate } from '../../wire/index.js';
import type { StateDirectory } from '../state.js';

/**
 * Makes the key pair of the worker that `up` plays, once, and puts its public half where that of every other worker
 * lies: into the lab, as a layer of this machine that is not committed. The master learns it from the next apply.
 * @returns the file of the secret half
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
