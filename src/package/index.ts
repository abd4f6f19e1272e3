import { readFileSync } from 'node:fs';

/** lavaflow's own version. Throws when the package is not whole. */
export function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
