/**
 * Remembers between commands what renders without findings, so that a command renders only what has changed. A cache in
 * the lab's state directory, for one build of lavaflow. Without it, everything is rendered.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { codeOf, replaceFile } from '../../host/index.js';
import type { LabProofs } from '../../lab/index.js';
import { readBuildId } from '../../package/index.js';
import type { StateDirectory } from '../state/index.js';

function proofsFile(state: StateDirectory): string {
  return join(state.root, 'cache', 'proofs.json');
}

/** undefined when there are none for this build, or they cannot be read: then all is found out again. */
export async function readProofs(state: StateDirectory): Promise<LabProofs | undefined> {
  const build = readBuildId();
  if (build === null) return undefined;
  try {
    const kept = JSON.parse(await readFile(proofsFile(state), 'utf8')) as Partial<LabProofs> & {
      readonly build?: unknown;
    };
    const { parsed, rendered } = kept;
    if (kept.build !== build || !isRecord(parsed) || !isRecord(rendered)) return undefined;
    return { parsed, rendered } as LabProofs;
  } catch (error) {
    if (error instanceof SyntaxError || codeOf(error) !== undefined) return undefined;
    throw error;
  }
}

/** Does nothing where lavaflow keeps no state, or where it may not write: a cache is not worth a failure. */
export async function writeProofs(state: StateDirectory, proofs: LabProofs): Promise<void> {
  const build = readBuildId();
  if (build === null || !existsSync(state.root)) return;
  try {
    await mkdir(dirname(proofsFile(state)), { recursive: true, mode: 0o700 });
    await replaceFile(proofsFile(state), JSON.stringify({ build, ...proofs }), { durable: false });
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
  }
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
