import { rmSync } from 'node:fs';

import { ExternalError } from '../../diagnostics/index.js';
import { readIfThereSync, replaceFileSync } from '../../host/index.js';
import type { StateDirectory } from './state-directory.js';

/** Where the embedded master of this lab listens. `lavaflow up` writes it once the master is ready. */
export interface MasterEndpoint {
  readonly url: string;
  readonly control: string;
  readonly logs: string;
  readonly adminTokenFile: string;
  readonly reconcilerTokenFile: string;
  readonly certificateFile: string;
}

const fields = [
  'url',
  'control',
  'logs',
  'adminTokenFile',
  'reconcilerTokenFile',
  'certificateFile',
] as const satisfies readonly (keyof MasterEndpoint)[];

export function writeEndpoint(state: StateDirectory, endpoint: MasterEndpoint): void {
  replaceFileSync(state.endpoint, `${JSON.stringify(endpoint, null, 2)}\n`);
}

/** Call this when the master has stopped: another process may get its port, and must not receive its tokens. */
export function removeEndpoint(state: StateDirectory): void {
  rmSync(state.endpoint, { force: true });
}

/**
 * @returns null when no embedded master is running here
 * @throws ExternalError when the file is damaged
 */
export function readEndpoint(state: StateDirectory): MasterEndpoint | null {
  let text: string | null;
  try {
    text = readIfThereSync(state.endpoint);
  } catch (error) {
    throw damaged(state.endpoint, error);
  }
  if (text === null) return null;
  try {
    const value = JSON.parse(text) as Record<string, unknown>;
    if (fields.every((field) => typeof value[field] === 'string')) {
      return value as unknown as MasterEndpoint;
    }
  } catch (error) {
    throw damaged(state.endpoint, error);
  }
  throw damaged(state.endpoint);
}

function damaged(file: string, cause?: unknown): ExternalError {
  return new ExternalError({
    what: 'read where the embedded master listens',
    where: file,
    why: cause instanceof Error ? cause.message : 'a field is missing',
    retry: 'after-change',
    hint: 'Start lavaflow up again to rewrite the file.',
    cause,
  });
}
