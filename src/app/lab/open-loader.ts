import { createLabLoader, type LabLoader } from '../../lab/index.js';
import type { StateDirectory } from '../state/index.js';
import { readProofs } from './proofs-file.js';

/** A loader for a command that reads several revisions: it does not render again what an earlier command has rendered. */
export async function openLoader(state: StateDirectory): Promise<LabLoader> {
  return createLabLoader(await readProofs(state));
}
