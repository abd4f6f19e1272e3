/**
 * Remembers between commands what renders without findings, so that a command renders only what has changed. A cache in
 * the lab's state directory, for one build of lavaflow. Without it, everything is rendered.
 */
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { isRecord } from '../../diagnostics/index.js';
import { codeOf } from '../../host/index.js';
import type { LabProofs } from '../../lab/index.js';
import { readBuildId } from '../../package/index.js';
import { writeCache, type StateDirectory } from '../state/index.js';

function proofsFile(state: StateDirectory): string {
  return join(state.root, 'cache', 'proofs.json');
}

/** Larger than the proofs of any lab. Checking everything again is then faster, or the file is not ours. */
const maxBytes = 64 * 1024 * 1024;

/** Undefined if there are none for this build, or they cannot be read: everything is then checked again. */
export async function readProofs(state: StateDirectory): Promise<LabProofs | undefined> {
  const build = readBuildId();
  if (build === null) return undefined;
  const kept = await readJson(proofsFile(state));
  if (!isRecord(kept) || kept.build !== build) return undefined;
  const { parsed, rendered } = kept;
  return isRecord(parsed) && isRecord(rendered) ? ({ parsed, rendered } as unknown as LabProofs) : undefined;
}

/** Undefined unless the file is a readable regular file of moderate size that contains JSON. */
async function readJson(file: string): Promise<unknown> {
  try {
    const status = await stat(file);
    // Reading a named pipe would wait for a writer.
    if (!status.isFile() || status.size > maxBytes) return undefined;
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError || codeOf(error) !== undefined) return undefined;
    throw error;
  }
}

/** Does nothing where lavaflow keeps no state, or where it may not write: a cache is not worth a failure. */
export async function writeProofs(state: StateDirectory, proofs: LabProofs): Promise<void> {
  const build = readBuildId();
  if (build === null || !existsSync(state.root)) return;
  await writeCache(state, proofsFile(state), JSON.stringify({ build, ...proofs }));
}
