import { existsSync } from 'node:fs';

import { readWorkingTree } from '../../git/index.js';
import type { FileMap } from '../../lab/index.js';
import type { StateDirectory } from '../state/index.js';

/** Lab files of this machine alone, such as the certificate of the worker that `lavaflow up` runs; empty without any. */
export async function readLayer(state: StateDirectory): Promise<FileMap> {
  if (!existsSync(state.layer)) return new Map();
  return (await readWorkingTree(state.layer, { withIgnored: true })).files;
}
