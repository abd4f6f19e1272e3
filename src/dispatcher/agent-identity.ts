import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readIfThere, replaceFile } from '../host/index.js';
import type { AgentIdentity } from '../wire/index.js';

/**
 * Reads the identity of this state directory, or creates it durably. The master gives the jobs of a worker only to the
 * dispatcher that has this directory. The lock of the directory must be held.
 */
export async function identifyAgent(stateDir: string): Promise<AgentIdentity> {
  const file = join(stateDir, 'instance');
  const stored = /^([0-9a-f]{32})\n$/.exec((await readIfThere(file)) ?? '')?.[1];
  const instance = stored ?? randomBytes(16).toString('hex');
  if (stored === undefined) await replaceFile(file, `${instance}\n`);
  return { instance, run: randomBytes(16).toString('hex') };
}
