import { access, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createCertificate } from '../../wire/index.js';

export interface MasterCertificate {
  /** `master.key`, which dispatchers need. */
  readonly publicFile: string;
  /** `master.key_secret`, mode 0600. */
  readonly secretFile: string;
}

/**
 * Loads the master's CURVE key pair; creates it on the first start.
 * @throws ExternalError when it cannot be written
 */
export async function ensureMasterCertificate(stateDir: string): Promise<MasterCertificate> {
  const publicFile = join(stateDir, 'master.key');
  const secretFile = join(stateDir, 'master.key_secret');
  if ((await exists(publicFile)) && (await exists(secretFile))) return { publicFile, secretFile };
  // The secret key is written first. Half a pair has never been given to anyone, so after a crash here the next start
  // creates a new pair.
  if (!(await exists(publicFile))) await rm(secretFile, { force: true });
  await createCertificate(stateDir, 'master');
  return { publicFile, secretFile };
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch {
    return false;
  }
}
