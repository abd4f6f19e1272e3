import { parseDocument } from 'yaml';

export type ParsedYaml =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: string };

/** Reads YAML as LAVA's PyYAML does: version 1.1, repeated keys allowed; alias bombs are refused. */
export function parseYaml(text: string): ParsedYaml {
  try {
    const document = parseDocument(text, { version: '1.1', uniqueKeys: false, logLevel: 'silent' });
    const [error] = document.errors;
    if (error !== undefined) return { ok: false, problem: error.message.split('\n')[0] ?? 'not YAML' };
    return { ok: true, value: document.toJS({ maxAliasCount: 100 }) };
  } catch (error) {
    return { ok: false, problem: error instanceof Error ? error.message : 'not YAML' };
  }
}

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
