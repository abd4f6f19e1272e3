/** lavaflow as an installed package: its version, and where its files are. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The directory of lavaflow's own `package.json`, `bin/` and `dist/`. Found by walking up, because this code runs from
 * `src/` under the tests, and from `dist/` and `dist/bundle/` elsewhere.
 * @throws Error when the package is incomplete
 */
export function packageDirectory(): string {
  let directory = import.meta.dirname;
  while (!existsSync(join(directory, 'package.json'))) {
    const parent = dirname(directory);
    if (parent === directory) throw new Error(`no package.json above ${import.meta.dirname}`);
    directory = parent;
  }
  return directory;
}

/** The program that a user runs. */
export function executableFile(): string {
  return join(packageDirectory(), 'bin/lavaflow');
}

/**
 * Identifies the running code: two builds with the same ID behave the same. Null for code that runs from its sources.
 */
export function readBuildId(): string | null {
  const bundle = join(packageDirectory(), 'dist/bundle');
  return import.meta.dirname.startsWith(bundle)
    ? readFileSync(join(bundle, 'build-id'), 'utf8').trim()
    : null;
}

/**
 * lavaflow's own version.
 * @throws Error when the package is incomplete
 */
export function readVersion(): string {
  const text = readFileSync(join(packageDirectory(), 'package.json'), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
