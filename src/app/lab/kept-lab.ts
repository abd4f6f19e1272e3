/**
 * Remembers between commands the desired state of one commit, for use cases that only compare it with a master: then
 * neither the lab's files are read nor is anything checked again. A cache in the lab's state directory, for one build of
 * lavaflow and one version of Node.js. Without it, the lab is loaded.
 *
 * Only a lab whose files alone decide what it specifies is kept: without errors (some depend on time limits), without a
 * layer of this machine, with dictionaries, and with template sources that are pinned to commits.
 */
import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { hasErrors } from '../../diagnostics/index.js';
import type { Lab } from '../../model/index.js';
import { readCache, writeCache, type StateDirectory } from '../state/index.js';
import type { LabReading } from './read-lab.js';

/** The parts of a reading that its files decide. */
export interface KeptLab extends Pick<LabReading, 'findings' | 'templates'> {
  readonly lab: Lab;
}

/** Larger than any lab needs. Loading it again is then faster, or the file is not ours. */
const maxBytes = 128 * 1024 * 1024;
const mostKept = maxBytes - 1024;
const lineFeed = 10;

function keptLabFile(state: StateDirectory): string {
  return join(state.root, 'cache', 'lab');
}

/** What a kept lab is valid for. */
export interface LabKey {
  /** The build of lavaflow that read it; null: this code does not run from a build. */
  readonly build: string | null;
  /** The ID of the lab's directory in its commit. */
  readonly tree: string;
}

/** @returns null if there is none for this key, or it cannot be used */
export async function readKeptLab(state: StateDirectory, key: LabKey): Promise<KeptLab | null> {
  if (key.build === null || existsSync(state.layer)) return null;
  const bytes = await readCache(keptLabFile(state), maxBytes);
  const end = bytes?.indexOf(lineFeed) ?? -1;
  if (bytes === null || end < 0) return null;
  const content = bytes.subarray(end + 1);
  if (bytes.toString('latin1', 0, end) !== headOf(key, content)) return null;
  return deserialize(content) as KeptLab;
}

/** Does nothing where lavaflow keeps no state, or where it may not write: a cache is not worth a failure. */
export async function keepLab(
  state: StateDirectory,
  key: LabKey,
  { lab, findings, templates }: KeptLab,
): Promise<void> {
  if (key.build === null || existsSync(state.layer) || !existsSync(state.root) || hasErrors(findings)) return;
  const content = serialize({ lab, findings, templates } satisfies KeptLab);
  if (content.length > mostKept) return;
  const head = Buffer.from(`${headOf(key, content)}\n`, 'latin1');
  await writeCache(state, keptLabFile(state), Buffer.concat([head, content]));
}

/** What the content depends on, and its digest: whatever else the file contains, it is not used. */
function headOf({ build, tree }: LabKey, content: Uint8Array): string {
  return JSON.stringify([build, process.version, tree, hash('sha256', content)]);
}
