import { readFileSync } from 'node:fs';

/** The package's own version, read from package.json beside dist/. */
export function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
