import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/**
 * What PyYAML loads from a text, with values as in JSON. `odd`: nested too deeply for it, or with a key that JSON
 * cannot represent.
 */
export type PyYamlOutcome =
  | { readonly value: unknown; readonly isMapping: boolean }
  | { readonly error: string }
  | { readonly odd: true };

/**
 * Loads texts with Debian's PyYAML in one process.
 * @param loader `libyaml` is the one that LAVA uses
 */
export function loadWithPyYaml(
  texts: readonly string[],
  loader: 'libyaml' | 'python' = 'libyaml',
): readonly PyYamlOutcome[] {
  const script = join(import.meta.dirname, 'pyyaml.py');
  const { stdout, stderr, status } = spawnSync('/usr/bin/python3', [script], {
    input: JSON.stringify({ texts, loader }),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as PyYamlOutcome[];
}

/** Values of parseYaml in the form that {@link loadWithPyYaml} returns. */
export function asPyYamlPrints(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asPyYamlPrints);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (typeof value === 'number') {
    if (Number.isNaN(value)) return 'nan';
    if (!Number.isFinite(value) || Math.abs(value) <= 2 ** 53 || !Number.isInteger(value)) {
      return Number.isFinite(value) ? value : value > 0 ? 'inf' : '-inf';
    }
    return 'large';
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, asPyYamlPrints(inner)]));
}
