/** Facts about lavaflow's own package, which other rooms report but do not depend on. */
import { readFileSync } from 'node:fs';

/** The version of lavaflow, from package.json. */
export function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
