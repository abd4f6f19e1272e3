import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { localFailure } from '../../diagnostics/index.js';
import type { SecretReference } from '../../model/index.js';

/** Describes where a secret comes from, for messages. */
export function originOf(reference: SecretReference): string {
  return 'env' in reference ? `the environment variable ${reference.env}` : `the file ${reference.file}`;
}

/**
 * @param directory file paths are relative to it
 * @returns null when the environment variable is not set or empty
 * @throws ExternalError when the file cannot be read
 */
export function readSecret(reference: SecretReference, directory: string): string | null {
  if ('file' in reference) return readTokenFile(resolve(directory, reference.file));
  const value = process.env[reference.env];
  return value === undefined || value === '' ? null : value;
}

/** @throws ExternalError */
export function readTokenFile(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw localFailure(error, 'read a token', file);
  }
}
