import { parseYaml as parsePyYaml } from '../../pyyaml/index.js';

export type ParsedYaml =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: string };

/** Reads YAML as LAVA's PyYAML does; the problem names the line. */
export function parseYaml(text: string): ParsedYaml {
  const parsed = parsePyYaml(text);
  if (parsed.ok) return parsed;
  const { message, line } = parsed.problem;
  return { ok: false, problem: `line ${line}: ${message}` };
}

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
