import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ExternalError, reasonOf, UsageError } from '../../diagnostics/index.js';
import { readIfThereSync } from '../../host/index.js';
import { type Fault, readFaults } from '../../simulator/index.js';

/**
 * Reads the templates in a directory, by file name.
 * @throws ExternalError
 */
export function readTemplateDirectory(directory: string): ReadonlyMap<string, string> {
  const names = read('the packaged templates', directory, () => readdirSync(directory));
  return new Map(
    names
      .filter((name) => name.endsWith('.jinja2'))
      .map((name) => [
        name,
        read('a packaged template', name, () => readFileSync(join(directory, name), 'utf8')),
      ]),
  );
}

/**
 * @throws UsageError when the file is not a list of faults
 * @throws ExternalError
 */
export function readFaultsFile(file: string): readonly Fault[] {
  const text = read('the faults', file, () => readFileSync(file, 'utf8'));
  try {
    return readFaults(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) throw new UsageError(`${file} is not JSON: ${error.message}`);
    throw error;
  }
}

/**
 * Reads a text, or null if the file does not exist.
 * @throws ExternalError
 */
export function readIfThere(file: string): string | null {
  return read('the state', file, () => readIfThereSync(file));
}

function read<T>(what: string, where: string, reading: () => T): T {
  try {
    return reading();
  } catch (error) {
    const why = reasonOf(error);
    throw new ExternalError({ what: `read ${what}`, where, why, retry: 'after-change' });
  }
}
